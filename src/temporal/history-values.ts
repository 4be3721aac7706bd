/**
 * Decides what is recorded of the values and texts in a history. Payloads are recorded by digest, texts are
 * masked. For a lab that encrypts its payloads, only keyed digests are recorded. The caller supplies the rules
 * for masking and withholding.
 * @module
 */
import { createHash } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { MetadataIssue, RecordedError } from '../model/documents';
import type { Json, JsonObject } from '../model/json';
import type { Failure, HistoryEvent, Payloads } from './activity-history';
import type { ContextStore } from './contexts';
import { payloadBytes } from './event-values';

/** A value in the server's form. */
export type Payload = temporal.api.common.v1.IPayload;
type Fields = { [name: string]: Payload } | null | undefined;

/** Turns payloads into recorded values; never rejects. */
type RecordPayloads = (payloads: readonly Payload[]) => Promise<Json[]>;

/** Turns a value or text into its recorded form; never throws. */
interface ValueRules {
  value(value: unknown): Json;
  recorded(error: RecordedError): RecordedError;
  text(text: string): string;
}

/** Metadata of a run in the form that its opening takes. */
export interface RecordedMetadata {
  /** JSON text of the merged fields with their sources. */
  text: string;
  scan_id?: number;
  /** The faults of what was left out. */
  issues: MetadataIssue[];
  /** Why some of the metadata was left out, in one line for a loss. */
  rejected?: string;
}

/** The parts of a history that contain metadata, and the metadata that is known without it. */
export interface MetadataCarriers {
  /** Nearest first. */
  headers: readonly Fields[];
  memo?: Fields;
  inferred: JsonObject;
  /** Holds the metadata that did not fit into a header. */
  store: ContextStore;
}

/** Strings of a value as evidence for data flow: digest and path of each. */
interface FoundStrings {
  facts: [digest: string, path: string][];
  partial: boolean;
}

/** Takes strings of values as evidence; never throws. */
export interface StringRules {
  /** The strings of a value, without strings that came into the execution from outside. */
  of(value: unknown, root: 'args' | 'result', inbound: ReadonlySet<string>): FoundStrings;
  /** The strings that came in with these values; undefined if they are too large. */
  inbound(values: readonly unknown[]): ReadonlySet<string> | undefined;
}

/** How values of histories are recorded. */
export interface HistoryValues {
  /** Rules that record values in plain text, masked. */
  plain: ValueRules;
  /**
   * Rules that record values only as keyed digests. Absent if the lab wants its values recorded although it
   * encrypts them.
   */
  withheld?: ValueRules;
  /** Used for labs that do not encrypt. */
  strings: StringRules;
  metadata(carriers: MetadataCarriers): Promise<RecordedMetadata>;
  /** True if a worker with these capture rules records activities of a type. */
  captures(rules: Json | undefined, activity_type: string): boolean;
}

/** The values and texts of one execution. */
export interface HistoryReader {
  /** True if the lab encrypts: values are recorded only as keyed digests. */
  readonly withholds: boolean;
  payloads: RecordPayloads;
  /** An entry of the memo: in full if it is plain JSON. */
  memo(payload: Payload): Promise<Json>;
  /** A value that labs never encode, like a search attribute. */
  plain(value: unknown): Json;
  error(failure: Failure): RecordedError;
  text(text: string): string;
  /** One digest for all payloads; undefined if there are none. */
  digest(payloads: Payloads | null | undefined): string | undefined;
}

/** Reads an execution's values, or withholds them if `encrypted`. */
export function historyReader(values: HistoryValues, encrypted: boolean): HistoryReader {
  const withheld = encrypted ? values.withheld : undefined;
  const rules = withheld ?? values.plain;
  const payloads: RecordPayloads = async (all) =>
    all.map((payload) => (withheld ? withholdPayload(payload, withheld) : digestPayload(payload)));
  return {
    withholds: withheld !== undefined,
    payloads,
    memo: async (payload) => {
      if (!isPlainJson(payload)) return (await payloads([payload]))[0] ?? null;
      return rules.value(decodePlain(payload));
    },
    plain: (value) => values.plain.value(value),
    error: (failure) => rules.recorded(recordFailure(failure)),
    text: (text) => rules.text(text),
    digest: (of) => {
      const digest = digestTogether((of?.payloads ?? []).map(payloadBytes));
      return digest && withheld ? keyedDigest(digest, withheld) : digest;
    },
  };
}

/**
 * Encodings of the SDKs' default converters. A payload with any other encoding was created by the lab's codec.
 */
const PLAIN_ENCODINGS: ReadonlySet<string> = new Set([
  'json/plain',
  'json/protobuf',
  'binary/plain',
  'binary/protobuf',
  'binary/null',
]);

/**
 * True if payloads in the history are encoded by a codec: what the lab encrypts must not be recorded in plain
 * text elsewhere.
 */
export function isEncoded(events: readonly HistoryEvent[]): boolean {
  return events.some((event) =>
    payloadsOf(event).some((payload) => !PLAIN_ENCODINGS.has(encodingOf(payload))),
  );
}

/**
 * True if a record of the execution holds keyed digests. Its worker's values were withheld, so those of the
 * history are withheld, too.
 */
export function isWithheld(record: object): boolean {
  return JSON.stringify(record).includes('"hmac-sha256:');
}

/** Payloads of one event that a codec would have encoded. */
function payloadsOf(event: HistoryEvent): Payload[] {
  const started = event.workflowExecutionStartedEventAttributes;
  const values = [
    started?.input,
    event.activityTaskScheduledEventAttributes?.input,
    event.activityTaskCompletedEventAttributes?.result,
    event.workflowExecutionCompletedEventAttributes?.result,
    event.workflowExecutionSignaledEventAttributes?.input,
    event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.args,
    event.markerRecordedEventAttributes?.details?.result,
  ].flatMap((payloads) => payloads?.payloads ?? []);
  const failure = failureOf(event);
  return [
    ...values,
    ...Object.values(started?.memo?.fields ?? {}),
    ...(failure?.encodedAttributes ? [failure.encodedAttributes] : []),
    ...(failure?.applicationFailureInfo?.details?.payloads ?? []),
  ];
}

function failureOf(event: HistoryEvent): Failure | null | undefined {
  return (
    event.activityTaskFailedEventAttributes?.failure ??
    event.workflowExecutionFailedEventAttributes?.failure ??
    event.markerRecordedEventAttributes?.failure ??
    event.activityTaskStartedEventAttributes?.lastFailure
  );
}

/** True if the event holds text that may quote payloads: a failure, or a person's reason. */
export function holdsText(event: HistoryEvent): boolean {
  return Boolean(
    failureOf(event) ||
      event.workflowTaskFailedEventAttributes?.failure?.message ||
      event.workflowExecutionTerminatedEventAttributes?.reason ||
      event.workflowExecutionCancelRequestedEventAttributes?.cause,
  );
}

/** A JSON payload's value. If it cannot be read, a mark with the reason. */
export function decodePlain(payload: Payload): unknown {
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    return { type: 'undecodable', size_bytes: payloadBytes(payload).length };
  }
}

/** True for an unencoded payload in JSON. */
export function isPlainJson(payload: Payload): boolean {
  return encodingOf(payload) === 'json/plain';
}

function encodingOf(payload: Payload): string {
  const { encoding } = payload.metadata ?? {};
  return encoding ? Buffer.from(encoding).toString('utf8') : 'unknown';
}

/** The facts about a payload that need no decoding. */
function digestPayload(payload: Payload): JsonObject {
  const bytes = payloadBytes(payload);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return { digest, size_bytes: bytes.length, type: encodingOf(payload) };
}

function withholdPayload(payload: Payload, rules: ValueRules): JsonObject {
  const bytes = payloadBytes(payload);
  return { digest: keyedDigest(bytes, rules), size_bytes: bytes.length, type: encodingOf(payload) };
}

function keyedDigest(content: Uint8Array | string, rules: ValueRules): string {
  const { digest } = rules.value(content) as { digest?: string };
  return digest ?? '';
}

/**
 * One digest for several payloads, which are given as bytes or as texts. It is computed from the digest of
 * each, in order. Undefined if there are no payloads.
 */
export function digestTogether(contents: readonly (Uint8Array | string)[]): string | undefined {
  if (contents.length === 0) return undefined;
  const hash = createHash('sha256');
  for (const content of contents) hash.update(createHash('sha256').update(content).digest());
  return `sha256:${hash.digest('hex')}`;
}

/** A failure in a history, with its cause chain. Attributes that the lab's codec encoded are not read. */
function recordFailure(failure: Failure, depth = 0): RecordedError {
  const application = failure.applicationFailureInfo;
  const type = application?.type || failureKind(failure);
  return {
    type,
    message: failure.encodedAttributes ? '[encoded]' : (failure.message ?? ''),
    ...(failure.stackTrace && { stack: failure.stackTrace }),
    ...(application && { non_retryable: application.nonRetryable ?? false }),
    ...(failure.cause && depth < 10 && { cause: recordFailure(failure.cause, depth + 1) }),
  };
}

function failureKind(failure: Failure): string {
  const kinds: [unknown, string][] = [
    [failure.timeoutFailureInfo, 'TimeoutFailure'],
    [failure.canceledFailureInfo, 'CancelledFailure'],
    [failure.terminatedFailureInfo, 'TerminatedFailure'],
    [failure.serverFailureInfo, 'ServerFailure'],
    [failure.activityFailureInfo, 'ActivityFailure'],
    [failure.childWorkflowExecutionFailureInfo, 'ChildWorkflowFailure'],
    [failure.nexusOperationExecutionFailureInfo, 'NexusOperationFailure'],
  ];
  return kinds.find(([info]) => info)?.[1] ?? failure.source ?? 'Error';
}
