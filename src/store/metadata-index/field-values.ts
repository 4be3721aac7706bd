/**
 * How metadata values are encoded for search: `{sample: {name: 'Au'}}` becomes the entry `sample.name`, `s:Au`. A literal of a
 * filter is encoded by the same {@link encodeValue}, so equality is exact for values of any length. Node only.
 * @module
 */
import { createHash } from 'node:crypto';
import type { Json } from '../../model/json';

/** A value as stored in a `value` column: a number unchanged, any other value as text with a prefix for its type. */
export type FieldValue = string | number;

/** One metadata value as it is indexed. */
export interface FieldEntry {
  path: string;
  value: FieldValue;
}

/** The index contains text up to this many UTF-16 units in full. Longer text is a prefix of this length and its digest. */
export const INDEXED_TEXT_LENGTH = 160;
/**
 * The highest number of entries per metadata document. Values beyond it are found by reading the document (`metadata.partial`).
 */
const MAX_ENTRIES = 512;
const MAX_DEPTH = 16;

/** Marks an object at a path. Its fields have their own paths. */
export const OBJECT_MARK = 'o:';
/** Marks an array at a path. Its scalars are further rows of the same path. */
export const ARRAY_MARK = 'a:';
/** The entry of a null. */
export const NULL_VALUE = 'n:';
/** Separates a long text's prefix from its digest. */
const DIGEST_MARK = '\u001f';

// Characters that a database column would not return unchanged: NUL and lone surrogates.
const HOSTILE = /\p{Surrogate}|\0/gu;

/** Encodes a scalar (of a document or of a filter) for a `value` column. */
export function encodeValue(value: string | number | boolean | null): FieldValue {
  if (typeof value === 'number') return value === 0 ? 0 : value;
  if (typeof value === 'string') return encodeText(value);
  return value === null ? NULL_VALUE : `b:${value}`;
}

/** Decodes a value of {@link encodeValue}. Undefined for marks, nulls, and text that is not stored in full. */
export function literalOf(value: FieldValue): string | number | boolean | undefined {
  if (typeof value === 'number') return value;
  if (value === 'b:true' || value === 'b:false') return value === 'b:true';
  return value.startsWith('s:') && !value.includes(DIGEST_MARK) ? value.slice(2) : undefined;
}

/**
 * Returns the first characters of an encoded text that starts with `prefix`, for a range over the index. Exact up to {@link
 * INDEXED_TEXT_LENGTH}.
 */
export function encodePrefix(prefix: string): string {
  return `s:${cut(prefix).replace(HOSTILE, '\ufffd')}`;
}

function encodeText(text: string): string {
  const hostile = text.search(HOSTILE) !== -1;
  if (text.length <= INDEXED_TEXT_LENGTH && !hostile) return `s:${text}`;
  const digest = createHash('sha256').update(JSON.stringify(text)).digest('hex');
  return encodePrefix(text) + DIGEST_MARK + digest;
}

function cut(text: string): string {
  if (text.length <= INDEXED_TEXT_LENGTH) return text;
  const last = text.charCodeAt(INDEXED_TEXT_LENGTH - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, INDEXED_TEXT_LENGTH - (splitsPair ? 1 : 0));
}

/**
 * Appends the entries of one value at `path` to `into`. Objects inside arrays are entered with the array's path, if their keys
 * can be part of a path.
 * @returns false if the limit was reached: `into` is then incomplete
 */
export function collectEntries(path: string, value: Json, into: FieldEntry[], depth = 0): boolean {
  if (into.length >= MAX_ENTRIES || depth > MAX_DEPTH) return false;
  if (typeof value !== 'object' || value === null) {
    into.push({ path, value: encodeValue(value) });
    return true;
  }
  if (Array.isArray(value)) {
    into.push({ path, value: ARRAY_MARK });
    return value.every((item) => collectEntries(path, item, into, depth + 1));
  }
  into.push({ path, value: OBJECT_MARK });
  return Object.entries(value).every(
    ([key, item]) => /[./]/.test(key) || collectEntries(`${path}.${key}`, item, into, depth + 1),
  );
}
