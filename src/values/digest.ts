/**
 * Values by content: what stands in a record for a value that is too long for it. Node.
 *
 * `sha256:` is over the value's whole JSON text (over the bytes themselves for binary values). `sha256-sample:` is
 * over a part, for values whose reading alone would hold up the worker: two that differ are different values, two that
 * agree are most likely the same. Then `partial` is true and `size_bytes` is what the value has at least.
 * @module
 */
import { createHash } from 'node:crypto';
import type { DigestedValue } from '../model/documents';
import type { Json } from '../model/json';
import type { Redactor } from '../redaction/redactor';
import type { ValueLimits } from './limits';
import { ownText } from './own-text';

/** A value by content, as it stands in records. */
type ValueByContent = DigestedValue & {
  /** Elements, entries or characters, where the type has a count. */
  length?: number;
  /** Digest and size are over a part. */
  partial?: true;
};

/** Bytes, or characters, at the start, in the middle and at the end that stand for what is too long to be read whole. */
interface Sample {
  edge: number;
  window: number;
}
const SAMPLE: Sample = { edge: 65_536, window: 8192 };
/** Of a text of which masking even a sample takes long. */
const SMALL_SAMPLE: Sample = { edge: 16_384, window: 2048 };
const SAMPLE_WINDOWS = 16;

/** Bytes of a sample. */
export const SAMPLE_SIZE = 2 * SAMPLE.edge + SAMPLE_WINDOWS * SAMPLE.window;

/** By content, given the JSON text. */
export function digestJsonText(text: string, type: string, limits: ValueLimits): ValueByContent {
  return {
    digest: `sha256:${sha256(text)}`,
    size_bytes: Buffer.byteLength(text),
    type,
    head: headOf(text, limits.head_characters),
  };
}

/** By what was read of a container before it was too much. */
export function digestPart(text: string, type: string, length: number, limits: ValueLimits): ValueByContent {
  return {
    ...digestJsonText(text, type, limits),
    digest: `sha256-sample:${sha256(`${length}\n${text}`)}`,
    length,
    partial: true,
  };
}

/** A long string by content, masked first. */
export function digestString(
  value: string,
  limits: ValueLimits,
  redactor: Redactor | undefined,
): ValueByContent {
  return digestJsonText(JSON.stringify(masked(value, redactor)), 'string', limits);
}

/** What stands for a string that is too long to be read whole: less of it where much would have to be masked. */
export function sampleOf(
  value: string,
  redactor: Redactor | undefined,
): { text: string; laborious: boolean } {
  const text = windowsOf(value, SAMPLE);
  return redactor?.laborious(text) === true
    ? { text: windowsOf(value, SMALL_SAMPLE), laborious: true }
    : { text, laborious: false };
}

/** A string by its sample, masked first. */
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

/** Bytes by content. No head: what bytes hold can't be masked. */
export function digestBytes(bytes: Uint8Array, limits: ValueLimits): ValueByContent {
  const { length } = bytes;
  if (length <= limits.read_characters) {
    return { digest: `sha256:${sha256(bytes)}`, size_bytes: length, type: 'bytes' };
  }
  const hash = createHash('sha256').update(`${length}\n`);
  for (const [start, end] of windows(length, SAMPLE)) hash.update(bytes.subarray(start, end));
  return { digest: `sha256-sample:${hash.digest('hex')}`, size_bytes: length, type: 'bytes', partial: true };
}

/** `array`, `object`, `string`, … of a JSON value. */
export function jsonTypeOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/**
 * The first characters, not ending inside a word: half a key that redaction would have known whole must not stay.
 */
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
