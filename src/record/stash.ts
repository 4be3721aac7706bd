/**
 * The lab's stash for programs: metadata that persists between runs, seen by every run that opens after a change. Node only.
 * @module
 */
import { MetadataError, ProvenanceError } from '../errors';
import { checkStash } from '../metadata/fields';
import { describeIssues } from '../metadata/issues';
import { setOwn } from '../metadata/json';
import type { Json, JsonObject } from '../model/json';
import { openStore } from '../store/open';
import type { StashChange, StashHistoryEntry, StashSnapshot, Store } from '../store/store';
import { processAuthor } from './shared-store';
import { refuseSecrets, type StashOptions } from './stash-secrets';

export type { StashOptions } from './stash-secrets';

/** A lab's stash. `scan_id` is the lab's counter: the last number given; setting it makes the next one that plus 1. */
export interface Stash {
  readonly lab: string;
  /** One value, or all of them when no key is given. Undefined: not set. */
  get(): Promise<JsonObject>;
  get(key: string): Promise<Json | undefined>;
  set(key: string, value: Json): Promise<void>;
  /** Several keys in one transaction. */
  set(values: JsonObject): Promise<void>;
  delete(key: string): Promise<void>;
  /**
   * Reads, changes and writes back as one step: when somebody else was faster, `change` runs again on what they left. It may
   * change its argument or return a new object; keys that are gone are deleted.
   */
  update(change: (values: JsonObject) => JsonObject | undefined): Promise<JsonObject>;
  /** Deletes everything; the counter starts again unless it is to be kept. */
  clear(options?: { keepScanId?: boolean }): Promise<void>;
  /** Every change, newest first. */
  history(options?: { key?: string; limit?: number }): Promise<StashHistoryEntry[]>;
  close(): Promise<void>;
}

const MAX_UPDATE_ROUNDS = 20;

/**
 * Opens a lab's stash.
 * @throws (rejects) as {@link openStore}
 */
export async function openStash(store: string, lab = 'default', options: StashOptions = {}): Promise<Stash> {
  return new StoredStash(await openStore(store), lab, options);
}

class StoredStash implements Stash {
  readonly lab: string;
  readonly #store: Store;
  readonly #options: StashOptions;

  constructor(store: Store, lab: string, options: StashOptions) {
    this.#store = store;
    this.lab = lab;
    this.#options = options;
  }

  get(): Promise<JsonObject>;
  get(key: string): Promise<Json | undefined>;
  async get(key?: string): Promise<Json | undefined> {
    const values = valuesOf(await this.#store.stash(this.lab));
    if (key === undefined) return values;
    return Object.hasOwn(values, key) ? values[key] : undefined;
  }

  async set(key: string | JsonObject, value?: Json): Promise<void> {
    const values: JsonObject = {};
    if (typeof key === 'string') setOwn(values, key, value as Json);
    await this.#change(this.#setChanges(typeof key === 'string' ? values : key));
  }

  async delete(key: string): Promise<void> {
    await this.#change([{ op: 'unset', key }]);
  }

  async update(change: (values: JsonObject) => JsonObject | undefined): Promise<JsonObject> {
    for (let round = 1; ; round++) {
      const snapshot = await this.#store.stash(this.lab);
      const before = valuesOf(snapshot);
      const given = structuredClone(before);
      const after = change(given) ?? given;
      try {
        return valuesOf(await this.#change(this.#difference(before, after), snapshot.version));
      } catch (error) {
        const moved = ProvenanceError.is(error) && error.code === 'STORE_BUSY';
        if (!moved || round === MAX_UPDATE_ROUNDS) throw error;
      }
    }
  }

  async clear(options: { keepScanId?: boolean } = {}): Promise<void> {
    await this.#change([{ op: 'clear', keep_scan_id: options.keepScanId ?? false }]);
  }

  history(options?: { key?: string; limit?: number }): Promise<StashHistoryEntry[]> {
    return this.#store.stashHistory(this.lab, options);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** @throws MetadataError */
  #setChanges(values: JsonObject): StashChange[] {
    const issues = checkStash(values);
    if (issues.length > 0) throw new MetadataError(`The stash refuses: ${describeIssues(issues)}`, issues);
    if (!this.#options.allowSecrets) refuseSecrets(values, 'open the stash with { allowSecrets: true }');
    return Object.entries(values).map(([key, value]) => ({ op: 'set', key, value }));
  }

  #difference(before: JsonObject, after: JsonObject): StashChange[] {
    const same = (key: string) =>
      Object.hasOwn(before, key) && JSON.stringify(before[key]) === JSON.stringify(after[key]);
    const changed = Object.fromEntries(Object.entries(after).filter(([key]) => !same(key)));
    const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
    return [...this.#setChanges(changed), ...gone.map((key) => ({ op: 'unset' as const, key }))];
  }

  #change(changes: StashChange[], expected?: number): Promise<StashSnapshot> {
    if (changes.length === 0) return this.#store.stash(this.lab);
    return this.#store.changeStash(this.lab, changes, processAuthor(), expected);
  }
}

function valuesOf(snapshot: StashSnapshot): JsonObject {
  const values = structuredClone(snapshot.values);
  if (snapshot.scan_id > 0) values.scan_id = snapshot.scan_id;
  return values;
}
