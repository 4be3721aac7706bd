/**
 * Digests that replace values which are too long for a record. Node.
 *
 * `sha256:` covers the value's whole JSON text (the bytes themselves for binary values). `sha256-sample:`
 * covers a part, for values whose reading alone would block the worker. If two such digests differ, the values
 * differ. If they agree, the values are most likely the same. Then `partial` is true, and `size_bytes` is a
 * lower bound.
 * @module
 */
import { createHash } from 'node:crypto';
import type { DigestedValue } from '../model/documents';
import type { Json } from '../model/json';
import type { Redactor } from '../redaction/redactor';
import type { ValueLimits } from './limits';
import { ownText } from './own-text';

/** A digested value in its recorded form. */
type ValueByContent = DigestedValue & {
  /** Elements, entries or characters, if the type has a count. */
  length?: number;
  /** True if digest and size cover only a part. */
  partial?: true;
};

/**
 * The parts of a value that is too long to be read whole: bytes, or characters, at the start, in the middle and
 * at the end.
 */
interface Sample {
  edge: number;
  window: number;
}
// A sample stands for the whole: docs/design/redaction.md#recorded-values.
const SAMPLE: Sample = { edge: 65_536, window: 8192 };
/** The sample of a text that is slow to mask. */
const SMALL_SAMPLE: Sample = { edge: 16_384, window: 2048 };
const SAMPLE_WINDOWS = 16;

/** Bytes of a sample. */
export const SAMPLE_SIZE = 2 * SAMPLE.edge + SAMPLE_WINDOWS * SAMPLE.window;

/** The digest of a JSON text. */
export function digestJsonText(text: string, type: string, limits: ValueLimits): ValueByContent {
  return {
    digest: `sha256:${sha256(text)}`,
    size_bytes: Buffer.byteLength(text),
    type,
    head: headOf(text, limits.head_characters),
  };
}

/** The digest of the part of a container that was read before a limit was reached. */
export function digestPart(text: string, type: string, length: number, limits: ValueLimits): ValueByContent {
  return {
    ...digestJsonText(text, type, limits),
    digest: `sha256-sample:${sha256(`${length}\n${text}`)}`,
    length,
    partial: true,
  };
}

/** The digest of a long string, which is masked first. */
export function digestString(
  value: string,
  limits: ValueLimits,
  redactor: Redactor | undefined,
): ValueByContent {
  return digestJsonText(JSON.stringify(masked(value, redactor)), 'string', limits);
}

/** The sample of a string that is too long to be read whole. It is smaller if much would have to be masked. */
export function sampleOf(
  value: string,
  redactor: Redactor | undefined,
): { text: string; laborious: boolean } {
  const text = windowsOf(value, SAMPLE);
  return redactor?.laborious(text) === true
    ? { text: windowsOf(value, SMALL_SAMPLE), laborious: true }
    : { text, laborious: false };
}

/** The digest of a string's sample, which is masked first. */
export function digestSample(
  value: string,
  sample: string,
  limits: ValueLimits,
  redactor: Redactor | undefined,
): ValueByContent {
  const shown = masked(sample, redactor);
  return {
    digest: `sha256-sample:${sha256(`${value.length}\n${shown}`)}`,
    size_bytes: value.length + 2,
    type: 'string',
    head: headOf(JSON.stringify(shown.slice(0, 4 * limits.head_characters)), limits.head_characters),
    length: value.length,
    partial: true,
  };
}

/** The digest of bytes, without a head, because bytes cannot be masked. */
export function digestBytes(bytes: Uint8Array, limits: ValueLimits): ValueByContent {
  const { length } = bytes;
  if (length <= limits.read_characters) {
    return { digest: `sha256:${sha256(bytes)}`, size_bytes: length, type: 'bytes' };
  }
  const hash = createHash('sha256').update(`${length}\n`);
  for (const [start, end] of windows(length, SAMPLE)) hash.update(bytes.subarray(start, end));
  return { digest: `sha256-sample:${hash.digest('hex')}`, size_bytes: length, type: 'bytes', partial: true };
}

/** The type of a JSON value: `array`, `object`, `string`, … */
export function jsonTypeOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** The first characters, not ending inside a word: redaction could not recognise half of a key. */
export function headOf(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const head = text.slice(0, characters);
  const cut = /[\s,;:&?"'{}[\]()<>][^\s,;:&?"'{}[\]()<>]*$/.exec(head);
  return ownText((cut === null || cut.index === 0 ? head : head.slice(0, cut.index + 1)).toWellFormed());
}

function masked(text: string, redactor: Redactor | undefined): string {
  return redactor === undefined ? text : redactor.text(text).text;
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function windowsOf(value: string, sample: Sample): string {
  return windows(value.length, sample)
    .map(([start, end]) => value.slice(start, end))
    .join('\n');
}

/** Start, evenly spread windows, and end. */
function windows(length: number, { edge, window }: Sample): [number, number][] {
  const step = Math.floor((length - 2 * edge) / SAMPLE_WINDOWS);
  const inner = Array.from({ length: SAMPLE_WINDOWS }, (_, index): [number, number] => {
    const start = edge + index * step;
    return [start, start + Math.min(window, step)];
  });
  return [[0, edge], ...inner, [length - edge, length]];
}
