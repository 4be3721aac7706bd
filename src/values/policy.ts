/**
 * Decides how arguments, results and errors are recorded. If a lab's worker has a payload codec, only keyed
 * digests are kept, unless the lab opts out. They show which values are equal, and nothing else. Node only.
 * @module
 */
import { createHmac } from 'node:crypto';
import type { DigestedValue, RecordedError } from '../model/documents';
import type { Json, JsonObject } from '../model/json';
import type { IndexedValues, NamedPlace, ValuePath } from '../model/value-path';
import { redactMerged } from '../redaction/merged';
import type { Redactions, Redactor } from '../redaction/redactor';
import { digestTogether } from '../temporal/history-values';
import { TakenValues } from './taken-values';
import { recordError, recordValue, recordValues, type ValueLimits } from './values';

/** Turns values into their recorded form; never throws. */
export interface ValueRecorder {
  readonly withholds: boolean;
  value(value: unknown): Json;
  values(values: readonly unknown[]): Json[];
  error(error: unknown): RecordedError;
  /** An error that is already in its recorded form. */
  recorded(error: RecordedError): RecordedError;
  /** A free text that may quote payloads: the reason of a stop. */
  text(text: string): string;
  /** One digest for all payloads, which are given as texts; `undefined` if there are none. */
  digest(contents: readonly string[]): string | undefined;
  /**
   * Takes the values at places that the lab names, if they are missing or cut in the recorded form of the
   * whole.
   */
  taken(of: ValuePath['of'], recorded: readonly Json[], whole: readonly unknown[]): IndexedValues | undefined;
  /** Returns this recorder with counts of its own. */
  counted(): CountedValues;
}

/** Counts how often each rule masked something since it was created; undefined if never. */
export interface CountedValues extends ValueRecorder {
  readonly redactions: Redactions | undefined;
}

/** Limits for a value that is only digested: more is read than of one that is recorded. */
const WITHHELD_LIMITS = { value_bytes: 1_000_000 };

/**
 * Records values in full up to the limits, redacted. @param places whose values are taken from the whole value
 * if it is cut
 */
export function plainValues(
  limits: Partial<ValueLimits> | undefined,
  redactor: Redactor,
  places: readonly NamedPlace[] = [],
): ValueRecorder {
  const takenValues = places.length > 0 ? new TakenValues(places, redactor) : undefined;
  return {
    withholds: false,
    value: (value) => recordValue(value, limits, redactor),
    values: (values) => recordValues(values, limits, redactor),
    error: (error) => recordError(error, limits, redactor),
    recorded: (error) => redactedError(error, redactor),
    text: (text) => redactor.text(text).text,
    digest: digestTogether,
    taken: (of, recorded, whole) => takenValues?.of(of, recorded, whole),
    counted: () => countedValues(limits, redactor, takenValues),
  };
}

function countedValues(
  limits: Partial<ValueLimits> | undefined,
  redactor: Redactor,
  takenValues: TakenValues | undefined,
): CountedValues {
  let sum: Redactions | undefined;
  const counted = <Result extends { redactions?: Redactions }>(result: Result): Result => {
    if (result.redactions === undefined) return result;
    sum ??= {};
    for (const [rule, count] of Object.entries(result.redactions)) sum[rule] = (sum[rule] ?? 0) + count;
    return result;
  };
  const counting: Redactor = {
    value: (value) => counted(redactor.value(value)),
    text: (text) => counted(redactor.text(text)),
    jsonText: (text) => counted(redactor.jsonText(text)),
    laborious: redactor.laborious,
  };
  return {
    ...plainValues(limits, counting),
    // The masked parts of a taken value were already counted when the whole was recorded.
    taken: (of, recorded, whole) => takenValues?.of(of, recorded, whole),
    get redactions() {
      return sum;
    },
  };
}

/** Records values as digests under `key`, which is kept outside the store. */
export function withheldValues(key: Buffer): ValueRecorder {
  const value = (content: unknown): Json => withheld(key, content) as unknown as Json;
  const values: CountedValues = {
    withholds: true,
    value,
    values: (contents) => contents.map(value),
    error: (error) => withheldError(key, error),
    recorded: (error) => withheldError(key, { ...error, nonRetryable: error.non_retryable }),
    text: () => 'withheld',
    digest: (contents) => {
      const together = digestTogether(contents);
      return together && withheld(key, together).digest;
    },
    taken: () => undefined,
    // Digests contain nothing to mask.
    counted: () => values,
    redactions: undefined,
  };
  return values;
}

/** Masks named values field by field, as at a run's opening, because a name can make any value a secret. */
export function maskedFields(fields: JsonObject, redactor: Redactor): JsonObject {
  return redactMerged(redactor, { fields, sources: {} }).merged.fields;
}

function redactedError(error: RecordedError, redactor: Redactor): RecordedError {
  return {
    ...error,
    message: redactor.text(error.message).text,
    stack: error.stack === undefined ? undefined : redactor.text(error.stack).text,
    details: error.details && redactor.value(error.details).value,
    cause: error.cause && redactedError(error.cause, redactor),
  };
}

function withheld(key: Buffer, value: unknown): DigestedValue {
  const bytes = ArrayBuffer.isView(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : Buffer.from(jsonText(value));
  const digest = `hmac-sha256:${createHmac('sha256', key).update(bytes).digest('hex')}`;
  return { digest, size_bytes: bytes.length, type: typeOf(value) };
}

function withheldError(key: Buffer, error: unknown, depth = 0): RecordedError {
  const { name, message, type, nonRetryable, cause } = readable(error);
  return {
    type: String(type || name || 'Error').slice(0, 256),
    message: withheld(key, String(message ?? '')).digest,
    non_retryable: nonRetryable === true || undefined,
    cause: cause !== undefined && depth < 8 ? withheldError(key, cause, depth + 1) : undefined,
  };
}

function readable(error: unknown): { [name: string]: unknown } {
  try {
    if (typeof error !== 'object' || error === null) return { name: typeof error, message: error };
    const { name, message, type, nonRetryable, cause } = error as { [name: string]: unknown };
    return { name, message, type, nonRetryable, cause };
  } catch {
    return { name: 'Error', message: '' };
  }
}

/** JSON text of any value, bounded in time and size. */
function jsonText(value: unknown): string {
  return JSON.stringify(recordValue(value, WITHHELD_LIMITS));
}

function typeOf(value: unknown): string {
  if (ArrayBuffer.isView(value)) return 'bytes';
  return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
}
