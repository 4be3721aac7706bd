/**
 * Values of the two search tables as one text in byte order: what {@link encodeValue} gives, numbers as hex digits that
 * sort as the numbers do, before all text. Node only.
 * @module
 */
import type { FieldEntry, FieldValue } from '../../metadata-index/field-values';
import { indexedText } from './text';

/** Before a number; sorts before every type's letter. */
export const NUMBER_MARK = '0:';
/** Sorts after every number and before all else. */
export const AFTER_NUMBERS = '0;';

const buffer = Buffer.alloc(8);
const SIGN = 1n << 63n;
const ALL = (1n << 64n) - 1n;

/** A search value as it stands in a `value` column. */
export function fieldText(value: FieldValue): string {
  if (typeof value === 'string') return value;
  buffer.writeDoubleBE(value === 0 ? 0 : value);
  const bits = buffer.readBigUInt64BE();
  const ordered = bits & SIGN ? bits ^ ALL : bits | SIGN;
  return NUMBER_MARK + ordered.toString(16).padStart(16, '0');
}

/** The number that {@link fieldText} wrote; undefined for other values. */
export function readNumber(text: string): number | undefined {
  if (!text.startsWith(NUMBER_MARK)) return undefined;
  const ordered = BigInt(`0x${text.slice(NUMBER_MARK.length)}`);
  buffer.writeBigUInt64BE(ordered & SIGN ? ordered ^ SIGN : ordered ^ ALL);
  return buffer.readDoubleBE();
}

/** Entries as the functions of the schema take them. */
export function entryPairs(entries: readonly FieldEntry[]): [path: string, value: string][] {
  return entries.map(({ path, value }) => [indexedText(path), fieldText(value)]);
}
