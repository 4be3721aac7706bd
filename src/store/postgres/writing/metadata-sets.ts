/**
 * Splits a run's metadata into the shared set and the run's own values. It writes nothing: sets are stored by digest with all
 * other repeated rows. Node only.
 * @module
 */
import { metadataDigest } from '../../integrity/digests';
import { collectEntries, type FieldEntry } from '../../metadata-index/field-values';
import { takeOwnValues } from '../../metadata-index/own-values';
import { type MetadataDocument, type Slot, VaryingKeys } from '../../metadata-index/varying';
import { RecentMap } from '../../recent-map';
import { entryPairs } from '../values/field-text';

/** The parts of a run's metadata. */
export interface SplitMetadata {
  /** Digest of the shared set. */
  digest: string;
  /** Value of `run.own`. */
  own: string | null;
  /** Entries of `own` for `run_field`. */
  entries: [path: string, value: string][] | null;
  /** Returns the set for `reference_ids`. Called only if its id is unknown. */
  set(): SetRow;
}

/** A row of `metadata` that must exist. */
export interface SetRow {
  digest: string;
  document: string;
  slots: string | null;
  partial: boolean;
  entries: [path: string, value: string][];
}

const CACHE_CHARACTERS = 4_000_000;

/** Splits metadata for one writer. Recent texts are cached. */
export class MetadataSets {
  readonly #texts = new RecentMap<SplitMetadata>(CACHE_CHARACTERS);
  readonly #varying = new VaryingKeys();

  /**
   * @param text `{fields, sources, shadowed?}` as JSON text
   * @throws SyntaxError, TypeError if it has another form
   */
  split(text: string): SplitMetadata {
    const known = this.#texts.get(text);
    if (known !== undefined) {
      if (this.#varying.repeated()) this.#texts.clear();
      return known;
    }
    const document: MetadataDocument = JSON.parse(text);
    if (this.#varying.observe(document)) this.#texts.clear();
    const split = this.#varying.any ? this.#withSlots(document, text) : whole(text);
    if (split.own === null) this.#texts.set(text, split);
    return split;
  }

  #withSlots(document: MetadataDocument, text: string): SplitMetadata {
    const { slots, own, entries } = takeOwnValues(document, this.#varying.slotsOf(document));
    if (slots.length === 0) return whole(text);
    const shared = JSON.stringify(document);
    const names = JSON.stringify(slots);
    const digest = metadataDigest(shared, names);
    return {
      digest,
      own: JSON.stringify(own),
      entries: entries.length > 0 ? entryPairs(entries) : null,
      set: () => setRow(digest, shared, names, slots),
    };
  }
}

function whole(text: string): SplitMetadata {
  const digest = metadataDigest(text, null);
  return { digest, own: null, entries: null, set: () => setRow(digest, text, null, []) };
}

/** Returns a set with its entries. `skip` lists the slots, whose values belong to the runs. */
function setRow(digest: string, document: string, slots: string | null, skip: readonly Slot[]): SetRow {
  const entries: FieldEntry[] = [];
  const complete = Object.entries((JSON.parse(document) as MetadataDocument).fields)
    .filter(([key]) => !skip.some(([section, slot]) => section === 'fields' && slot === key))
    .map(([key, value]) => collectEntries(key, value, entries))
    .every(Boolean);
  return { digest, document, slots, partial: !complete, entries: entryPairs(entries) };
}
