/**
 * Tests conditions on values in JSON documents by reading the documents. A condition has the same meaning as on a metadata
 * field, which is searched by its index. Node only.
 * @module
 */
import type { FieldPath, Literal } from '../../filter/fields';
import type { Leaf } from '../../filter/normal-form';
import { isJsonObject, type Json } from '../../model/json';
import { encodeValue } from '../metadata-index/field-values';
import { passes } from '../metadata-index/partial-sets';

/** True if the document passes. A missing value passes neither the test nor its negation. */
export function passesLeaf(document: Json, { field, test, negated }: Leaf): boolean {
  if (field.kind === 'value') throw new TypeError('Only runs have paths in results and arguments.');
  const path = field.kind === 'column' ? field.name.split('.') : field.path;
  if (!negated) return passes(document, path, test);
  if (test.kind === 'present') return !passes(document, path, test);
  return passes(document, path, { kind: 'present' }) && !passes(document, path, test);
}

/** Returns the value at a path for an order; for an array its smallest value. */
export function leastAt(document: Json, path: FieldPath): Literal | undefined {
  return scalarsAt(document, path).sort(compareLiterals)[0];
}

function scalarsAt(value: Json, path: FieldPath): Literal[] {
  if (Array.isArray(value)) return value.flatMap((item) => scalarsAt(item, path));
  const [key, ...rest] = path;
  if (key === undefined) return value === null || typeof value === 'object' ? [] : [value];
  return isJsonObject(value) && Object.hasOwn(value, key) ? scalarsAt(value[key]!, rest) : [];
}

/** Orders absent values first, then numbers, booleans, and text by code point. */
export function compareLiterals(a: Literal | undefined, b: Literal | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  const [left, right] = [encodeValue(a), encodeValue(b)];
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'number' || typeof right === 'number') return typeof left === 'number' ? -1 : 1;
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
