/**
 * Takes the values that differ in nearly every run out of a metadata document: one rule for both databases. Node only.
 * @module
 */
import type { Json } from '../../model/json';
import { collectEntries, type FieldEntry } from './field-values';
import type { MetadataDocument, Slot } from './varying';

/** What a run keeps for itself. */
export interface OwnValues {
  /** Where the values belong in the document. */
  slots: Slot[];
  /** The values, in the order of `slots`. */
  own: Json[];
  /** Entries of the values for the search by field. */
  entries: FieldEntry[];
}

/** Takes the values of `slots` out of `document`, which has `null` in their place afterwards. */
export function takeOwnValues(document: MetadataDocument, slots: readonly Slot[]): OwnValues {
  const taken: OwnValues = { slots: [], own: [], entries: [] };
  for (const slot of slots) {
    const [section, key] = slot;
    const value = document[section]![key]!;
    const added: FieldEntry[] = [];
    // A value that can't be entered in full stays in the set, which says that it is partial.
    if (section === 'fields' && !collectEntries(key, value, added)) continue;
    taken.entries.push(...added);
    taken.slots.push(slot);
    taken.own.push(value);
    document[section]![key] = null;
  }
  return taken;
}
