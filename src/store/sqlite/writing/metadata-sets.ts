/**
 * Writes metadata. A repeated document is written once, by content. A value that differs in nearly every run is written with the
 * run. Node only.
 * @module
 */
import { metadataDigest } from '../../integrity/digests';
import { collectEntries, type FieldEntry } from '../../metadata-index/field-values';
import { takeOwnValues } from '../../metadata-index/own-values';
import { type MetadataDocument, type Slot, VaryingKeys } from '../../metadata-index/varying';
import { RecentMap } from '../../recent-map';
import type { Database, Statement } from '../connection/connection';

/** A stored set. */
interface MetadataSet {
  metadata_id: number;
  digest: string;
}

/** The stored parts of a run's metadata. */
interface StoredMetadata extends MetadataSet {
  /** Value of `run.own`. */
  own: string | null;
  /** Entries of `own` for `run_field`. */
  entries: readonly FieldEntry[];
}

const NO_ENTRIES: readonly FieldEntry[] = [];
const CACHE_CHARACTERS = 4_000_000;

/** Stores the metadata of runs. Recent texts are cached. */
export class MetadataSets {
  readonly #texts = new RecentMap<StoredMetadata>(CACHE_CHARACTERS);
  readonly #templates = new RecentMap<MetadataSet>(CACHE_CHARACTERS);
  readonly #paths = new RecentMap<number>(CACHE_CHARACTERS);
  readonly #varying = new VaryingKeys();
  readonly #inRuns = new Map<number, number>();
  readonly #find: Statement;
  readonly #insert: Statement;
  readonly #insertPath: Statement;
  readonly #insertSetField: Statement;
  readonly #insertRunField: Statement;
  readonly #countInSets: Statement;
  readonly #countInRuns: Statement;

  constructor(db: Database) {
    this.#find = db.prepare('SELECT id FROM metadata WHERE digest = ?').pluck();
    this.#insert = db
      .prepare('INSERT INTO metadata (digest, document, slots, partial) VALUES (?, ?, ?, ?) RETURNING id')
      .pluck();
    this.#insertPath = db
      .prepare('INSERT INTO path (path) VALUES (?) ON CONFLICT (path) DO UPDATE SET path = path RETURNING id')
      .pluck();
    this.#insertSetField = db.prepare('INSERT OR IGNORE INTO metadata_field VALUES (?, ?, ?)');
    this.#insertRunField = db.prepare('INSERT OR IGNORE INTO run_field VALUES (?, ?, ?)');
    this.#countInSets = db.prepare('UPDATE path SET in_sets = in_sets + ? WHERE id = ?');
    this.#countInRuns = db.prepare('UPDATE path SET in_runs = in_runs + ? WHERE id = ?');
  }

  /** Finds or writes the set of one run's metadata (`{fields, sources, shadowed?}` as JSON text). */
  store(text: string): StoredMetadata {
    const known = this.#texts.get(text);
    if (known !== undefined) {
      if (this.#varying.repeated()) this.#texts.clear();
      return known;
    }
    const document: MetadataDocument = JSON.parse(text);
    if (this.#varying.observe(document)) this.#texts.clear();
    const stored = this.#varying.any
      ? this.#storeWithSlots(document, text)
      : this.#storeWhole(document, text);
    if (stored.own === null) this.#texts.set(text, stored);
    return stored;
  }

  /** Writes a run's own entries after its row. */
  index(seq: number, entries: readonly FieldEntry[]): void {
    for (const { path, value } of entries) {
      const id = this.#pathId(path);
      if (this.#insertRunField.run(id, value, seq).changes === 0) continue;
      this.#inRuns.set(id, (this.#inRuns.get(id) ?? 0) + 1);
    }
  }

  /** Call it before the commit. */
  finish(): void {
    for (const [id, count] of this.#inRuns) this.#countInRuns.run(count, id);
    this.#inRuns.clear();
  }

  /** Call it after a rollback, which removed what was written. */
  forget(): void {
    this.#inRuns.clear();
    this.#texts.clear();
    this.#templates.clear();
    this.#paths.clear();
  }

  #storeWhole(document: MetadataDocument, text: string): StoredMetadata {
    return { ...this.#set(document, text, null, NO_SLOTS), own: null, entries: NO_ENTRIES };
  }

  #storeWithSlots(document: MetadataDocument, text: string): StoredMetadata {
    const { slots, own, entries } = takeOwnValues(document, this.#varying.slotsOf(document));
    if (slots.length === 0) return this.#storeWhole(document, text);
    const set = this.#set(document, JSON.stringify(document), JSON.stringify(slots), slots);
    return { ...set, own: JSON.stringify(own), entries };
  }

  #set(document: MetadataDocument, text: string, slots: string | null, skip: readonly Slot[]): MetadataSet {
    const content = `${slots ?? ''}\n${text}`;
    const known = this.#templates.get(content);
    if (known !== undefined) return known;
    const digest = metadataDigest(text, slots);
    const known_id = this.#find.get(digest) as number | undefined;
    const set = { metadata_id: known_id ?? this.#write(digest, document, text, slots, skip), digest };
    this.#templates.set(content, set);
    return set;
  }

  #write(
    digest: string,
    document: MetadataDocument,
    text: string,
    slots: string | null,
    skip: readonly Slot[],
  ): number {
    const entries: FieldEntry[] = [];
    const complete = Object.entries(document.fields)
      .filter(([key]) => !skip.some(([section, slot]) => section === 'fields' && slot === key))
      .map(([key, value]) => collectEntries(key, value, entries))
      .every(Boolean);
    const id = this.#insert.get(digest, text, slots, complete ? 0 : 1) as number;
    for (const { path, value } of entries) {
      const pathId = this.#pathId(path);
      if (this.#insertSetField.run(pathId, value, id).changes > 0) this.#countInSets.run(1, pathId);
    }
    return id;
  }

  #pathId(path: string): number {
    const known = this.#paths.get(path);
    if (known !== undefined) return known;
    const id = this.#insertPath.get(path) as number;
    this.#paths.set(path, id);
    return id;
  }
}

const NO_SLOTS: readonly Slot[] = [];
