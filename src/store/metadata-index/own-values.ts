/**
 * Moves values that differ in nearly every run out of a metadata document. Both databases use the same rule. Node only.
 * @module
 */
import type { Json } from '../../model/json';
import { collectEntries, type FieldEntry } from './field-values';
import type { MetadataDocument, Slot } from './varying';

/** The values that a run stores itself. */
export interface OwnValues {
  /** The places of the values in the document. */
  slots: Slot[];
  /** The values, in the order of `slots`. */
  own: Json[];
  /** Entries of the values for the search by field. */
  entries: FieldEntry[];
}

/** Moves the values of `slots` out of `document`. They become `null` there. */
export function takeOwnValues(document: MetadataDocument, slots: readonly Slot[]): OwnValues {
  const taken: OwnValues = { slots: [], own: [], entries: [] };
  for (const slot of slots) {
    const [section, key] = slot;
    const value = document[section]![key]!;
    const added: FieldEntry[] = [];
    // A value that can't be indexed in full stays in the set, which is marked as partial.
    if (section === 'fields' && !collectEntries(key, value, added)) continue;
    taken.entries.push(...added);
    taken.slots.push(slot);
    taken.own.push(value);
    document[section]![key] = null;
  }
  return taken;
}
