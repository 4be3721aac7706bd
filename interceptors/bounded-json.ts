/**
 * Values as JSON text on their way out of the sandbox: bounded, and without ever throwing. What is too long is
 * described instead; digests are made on the other side, where there is a hash function. [isolate-safe]
 * @module
 */
import type { Payload } from '@temporalio/common';
import { decodeUtf8 } from './propagation';

/** Characters of a text that is too long to be sent, kept as a head. */
const HEAD_LENGTH = 256;

/** JSON text of a value, at most about `room` characters; `null` for `undefined`. */
export function boundedJson(value: unknown, room: number): string {
  if (value === undefined) return 'null';
  if (ArrayBuffer.isView(value)) return described('bytes', value.byteLength);
  try {
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) return described(typeof value, 0);
    return text.length <= room ? text : described(typeOf(value), text.length, text.slice(0, HEAD_LENGTH));
  } catch {
    return described(`${typeOf(value)} that is not JSON`, 0);
  }
}

/** JSON text of an array whose elements share `room`: what comes last is described when it is used up. */
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

/** JSON text of a payload as it stands in a command; what is not JSON is described. */
export function payloadJson(payload: Payload | null | undefined, room: number): string {
  const encoding = payload?.metadata?.encoding;
  const bytes = payload?.data ?? new Uint8Array();
  const name = encoding ? decodeUtf8(encoding) : 'unknown';
  if (name === 'binary/null') return 'null';
  if (name !== 'json/plain') return described(name === 'binary/plain' ? 'bytes' : name, bytes.length);
  if (bytes.length <= room) return decodeUtf8(bytes);
  return described('json', bytes.length, decodeUtf8(bytes.subarray(0, HEAD_LENGTH)));
}

/** A text cut to `length`, with what was cut away counted. */
export function cutText(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length - length} more)`;
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
}

function described(type: string, size: number, head?: string): string {
  return JSON.stringify({ type, size_bytes: size, head });
}
