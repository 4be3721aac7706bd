/**
 * Converts values to bounded JSON text that leaves the sandbox. It never throws. A value that is too long is
 * replaced by a description with its digest. [isolate-safe]
 * @module
 */
import type { Payload } from '@temporalio/common';
import { decodeUtf8, encodeUtf8 } from '../../src/temporal/header';
import { digestBytes, digestText, isReadWhole } from './sandbox-digest';

/** The first characters that are kept of a text that is too long. */
const HEAD_LENGTH = 256;

/** Returns the JSON text of a value, at most about `room` characters; `null` for `undefined`. */
export function boundedJson(value: unknown, room: number): string {
  if (value === undefined) return 'null';
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return described('bytes', bytes.length, digestBytes(bytes));
  }
  try {
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) return described(typeof value, 0);
    // A value that is too long cannot leave the sandbox, so it is digested here:
    // docs/design/redaction.md#recorded-values.
    return text.length <= room ? text : longValue(value, text);
  } catch {
    return described(`${typeOf(value)} that is not JSON`, 0);
  }
}

/**
 * Returns the JSON text of an array whose elements share `room`. When it is used up, the remaining elements are
 * described.
 */
export function boundedJsonArray(values: readonly unknown[], room: number): string {
  const parts: string[] = [];
  let left = room;
  for (const value of values) {
    const part = boundedJson(value, left);
    left = Math.max(0, left - part.length);
    parts.push(part);
  }
  return `[${parts.join(',')}]`;
}

/** Returns the JSON text of a payload in a command. A payload that is not JSON is described. */
export function payloadJson(payload: Payload | null | undefined, room: number): string {
  const encoding = payload?.metadata?.encoding;
  const bytes = payload?.data ?? new Uint8Array();
  const name = encoding ? decodeUtf8(encoding) : 'unknown';
  if (name === 'binary/null') return 'null';
  if (name !== 'json/plain') {
    return described(name === 'binary/plain' ? 'bytes' : name, bytes.length, digestBytes(bytes));
  }
  const text = decodeUtf8(bytes);
  return text.length <= room ? text : longText('json', text);
}

/** Returns a text cut to `length`, with the count of the removed characters. */
export function cutText(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length - length} more)`;
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
}

/**
 * The digest follows the rules of digests outside the sandbox. A string that is too long to be read whole is
 * digested by its characters. Any other value is digested by its JSON text.
 */
function longValue(value: unknown, text: string): string {
  if (typeof value !== 'string' || isReadWhole(value.length)) return longText(typeOf(value), text);
  const { length } = value;
  return described('string', length + 2, { ...digestText(value), head: headOf(text), length });
}

function longText(type: string, text: string): string {
  const size = isReadWhole(text.length) ? encodeUtf8(text).length : text.length;
  return described(type, size, { ...digestText(text), head: headOf(text) });
}

/**
 * Returns the first characters, not ending inside a word: half of a secret could not be recognised and masked.
 */
function headOf(text: string): string {
  const head = text.slice(0, HEAD_LENGTH);
  const end = /[\s,;:&?"'{}[\]()<>][^\s,;:&?"'{}[\]()<>]*$/.exec(head)?.index;
  return end === undefined ? '' : head.slice(0, end + 1);
}

function described(type: string, size_bytes: number, more: object = {}): string {
  return JSON.stringify({ type, size_bytes, ...more });
}
