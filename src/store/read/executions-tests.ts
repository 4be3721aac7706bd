/**
 * Conditions of a filter tested on an execution's documents: for what no column holds, with the meaning that the same
 * condition has on a run. Node only.
 * @module
 */

import type { FieldPath, Literal } from '../../filter/filter';
import type { Leaf, Node } from '../../filter/normal-form';
import type { Field } from '../../filter/run-fields';
import type { ExecutionRecord } from '../../model/execution';
import { isJsonObject, type Json } from '../../model/json';
import { encodeValue } from '../metadata-index/field-values';
import { passes } from '../metadata-index/partial-sets';

/** An execution with the store's number for it. */
export interface ExecutionRow extends ExecutionRecord {
  id: number;
}

/** True when the execution passes. What it does not have passes neither plainly nor negated. */
export function passesNode(row: ExecutionRow, node: Node): boolean {
  if (node.op === 'test') return passesLeaf(row, node);
  return node.op === 'and'
    ? node.nodes.every((inner) => passesNode(row, inner))
    : node.nodes.some((inner) => passesNode(row, inner));
}

function passesLeaf(row: ExecutionRow, { field, test, negated }: Leaf): boolean {
  const [document, path] = placeOf(row, field);
  if (!negated) return passes(document, path, test);
  if (test.kind === 'present') return !passes(document, path, test);
  return passes(document, path, { kind: 'present' }) && !passes(document, path, test);
}

/** The field's value for an order; an array counts by its least. */
export function orderValue(row: ExecutionRow, field: Field): Literal | undefined {
  const [document, path] = placeOf(row, field);
  return scalarsAt(document, path).sort(compareLiterals)[0];
}

function scalarsAt(value: Json, path: FieldPath): Literal[] {
  if (Array.isArray(value)) return value.flatMap((item) => scalarsAt(item, path));
  const [key, ...rest] = path;
  if (key === undefined) return value === null || typeof value === 'object' ? [] : [value];
  return isJsonObject(value) && Object.hasOwn(value, key) ? scalarsAt(value[key]!, rest) : [];
}

const OF_CLOSE = new Set(['status', 'close_time', 'error.type', 'error.message']);

/** Where a field stands: a document, and the path in it. */
function placeOf({ start, observed, settled }: ExecutionRow, field: Field): [Json, FieldPath] {
  const path = field.kind === 'column' ? field.name.split('.') : field.path;
  if (field.kind === 'metadata') return [start as unknown as Json, path];
  if (OF_CLOSE.has(field.name)) return [(settled ?? observed) as unknown as Json, path];
  const ends = path[0] === 'observed' || path[0] === 'settled';
  return [(ends ? { observed, settled } : start) as unknown as Json, path];
}

/** Absent, then numbers, booleans, text by code point. */
export function compareLiterals(a: Literal | undefined, b: Literal | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  const [left, right] = [encodeValue(a), encodeValue(b)];
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'number' || typeof right === 'number') return typeof left === 'number' ? -1 : 1;
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
