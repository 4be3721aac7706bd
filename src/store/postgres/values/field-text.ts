/**
 * Values of the two search tables as one text in byte order. It is the result of {@link encodeValue}, but with numbers as hex
 * digits. They sort like the numbers, before all text. Node only.
 * @module
 */
import type { FieldEntry, FieldValue } from '../../metadata-index/field-values';
import { indexedText } from './text';

/** The mark before a number. It sorts before the letter of every type. */
export const NUMBER_MARK = '0:';
/** Sorts after every number and before all else. */
export const AFTER_NUMBERS = '0;';

const buffer = Buffer.alloc(8);
const SIGN = 1n << 63n;
const ALL = (1n << 64n) - 1n;

/** Encodes a search value for a `value` column. */
export function fieldText(value: FieldValue): string {
  if (typeof value === 'string') return value;
  buffer.writeDoubleBE(value === 0 ? 0 : value);
  const bits = buffer.readBigUInt64BE();
  const ordered = bits & SIGN ? bits ^ ALL : bits | SIGN;
  return NUMBER_MARK + ordered.toString(16).padStart(16, '0');
}

/** Decodes a number of {@link fieldText}; undefined for other values. */
export function readNumber(text: string): number | undefined {
  if (!text.startsWith(NUMBER_MARK)) return undefined;
  const ordered = BigInt(`0x${text.slice(NUMBER_MARK.length)}`);
  buffer.writeBigUInt64BE(ordered & SIGN ? ordered ^ SIGN : ordered ^ ALL);
  return buffer.readDoubleBE();
}

/** Returns entries in the form that the functions of the schema accept. */
export function entryPairs(entries: readonly FieldEntry[]): [path: string, value: string][] {
  return entries.map(({ path, value }) => [indexedText(path), fieldText(value)]);
}
