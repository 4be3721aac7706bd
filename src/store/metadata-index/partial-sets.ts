/**
 * Tests on metadata documents themselves, for sets that are too large for the index. The result equals that of the index, in any
 * store. Node only.
 * @module
 */

import { type FieldPath, type Literal, namesOf } from '../../filter/fields';
import type { Test } from '../../filter/normal-form';
import { isJsonObject, type Json } from '../../model/json';
import { encodeValue } from './field-values';

/** True if a value at `path` of a set's fields passes. */
export function passes(fields: Json, path: FieldPath, test: Test): boolean {
  const paths = test.kind === 'present' ? [path] : namesOf(path);
  return paths.flatMap((one) => valuesAt(fields, one)).some((value) => passesValue(value, test));
}

/** Returns all values at a path, as the index would list them. It goes through arrays, and lists an object or array as itself. */
function valuesAt(value: Json, path: readonly string[]): Json[] {
  if (Array.isArray(value)) {
    const inner = value.flatMap((item) => valuesAt(item, path));
    return path.length === 0 ? [value, ...inner] : inner;
  }
  const [key, ...rest] = path;
  if (key === undefined) return [value];
  return isJsonObject(value) && Object.hasOwn(value, key) ? valuesAt(value[key]!, rest) : [];
}

function passesValue(value: Json, test: Test): boolean {
  if (test.kind === 'present') return value !== null;
  if (value === null || typeof value === 'object') return false;
  const encoded = encodeValue(value);
  if (test.kind === 'equals') return test.values.some((wanted) => encodeValue(wanted) === encoded);
  if (test.kind === 'prefix') return typeof value === 'string' && value.startsWith(test.prefix);
  const { low, high } = test;
  return (
    (!low || inOrder(low.value, value, low.inclusive)) &&
    (!high || inOrder(value, high.value, high.inclusive))
  );
}

function inOrder(a: Literal, b: Literal, inclusive: boolean): boolean {
  if (typeof a !== typeof b) return false;
  const order =
    typeof a === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(b as string)) : Number(a) - Number(b);
  return inclusive ? order <= 0 : order < 0;
}
