/**
 * The values of a document at an indexed place, in the form of the index. Node only.
 * @module
 */
import type { Json } from '../../model/json';
import { documentSteps, type IndexedValues, seeValues, type ValuePath } from '../../model/value-path';
import { ARRAY_MARK, encodeValue, type FieldValue, OBJECT_MARK } from '../metadata-index/field-values';

/** The entry of a run whose value can't be read. */
export const UNSEEN_VALUE = 'u:';

/** The parts of a document that are read here. */
export interface LookedInto {
  temporal?: { result?: Json; args?: Json; indexed?: IndexedValues };
}

/** Returns the entries of one place in one document. `name` is its full name. */
export function valueEntries(document: LookedInto, path: ValuePath, name: string): FieldValue[] {
  const { values, unseen } = seeValues(document as unknown as Json, documentSteps(path));
  const taken = unseen ? document.temporal?.indexed?.find(([place]) => place === name) : undefined;
  if (taken) values.push(...seeValues(taken[1], []).values);
  const entries = new Set(values.map(entryOf));
  // Lists on the path can yield several values. The mark shows this to searches in order of a value.
  if (entries.size > 1) entries.add(ARRAY_MARK);
  if (unseen && !taken) entries.add(UNSEEN_VALUE);
  return [...entries];
}

function entryOf(value: Json): FieldValue {
  if (typeof value !== 'object' || value === null) return encodeValue(value);
  return Array.isArray(value) ? ARRAY_MARK : OBJECT_MARK;
}
