/**
 * What a document holds at a place that is indexed, as the index has it. Node only.
 * @module
 */
import type { Json } from '../../model/json';
import { documentSteps, type IndexedValues, seeValues, type ValuePath } from '../../model/value-path';
import { ARRAY_MARK, encodeValue, type FieldValue, OBJECT_MARK } from '../metadata-index/field-values';

/** The entry of a run whose value could not be looked into. */
export const UNSEEN_VALUE = 'u:';

/** A document as far as it is looked into here. */
export interface LookedInto {
  temporal?: { result?: Json; args?: Json; indexed?: IndexedValues };
}

/** Entries of one place in one document; `name` is its full name. */
export function valueEntries(document: LookedInto, path: ValuePath, name: string): FieldValue[] {
  const { values, unseen } = seeValues(document as unknown as Json, documentSteps(path));
  const taken = unseen ? document.temporal?.indexed?.find(([place]) => place === name) : undefined;
  if (taken) values.push(...seeValues(taken[1], []).values);
  const entries = new Set(values.map(entryOf));
  // Of several values that lists on the way led to: an order asks which places have more than one.
  if (entries.size > 1) entries.add(ARRAY_MARK);
  if (unseen && !taken) entries.add(UNSEEN_VALUE);
  return [...entries];
}

function entryOf(value: Json): FieldValue {
  if (typeof value !== 'object' || value === null) return encodeValue(value);
  return Array.isArray(value) ? ARRAY_MARK : OBJECT_MARK;
}
