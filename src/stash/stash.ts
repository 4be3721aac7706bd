/**
 * The lab's stash for programs: metadata that persists between runs. Every run that opens after a change sees it. Node only.
 * This folder owns the stash as programs and the command line use it. Runs receive it from the recorder, not from here.
 * @module
 */
import { MetadataError, ProvenanceError } from '../errors';
import { checkStash, MAX_METADATA_DEPTH } from '../metadata/fields';
import { describeIssues } from '../metadata/issues';
import { copyJson, isPlainObject, setOwn } from '../metadata/json';
import type { AsJson, Json, JsonObject } from '../model/json';
import { processAuthor } from '../store/author';
import type { StashChange, StashHistoryEntry, StashSnapshot } from '../store/interface/stash-changes';
import { openStore } from '../store/open';
import type { Store } from '../store/store';
import { refuseSecrets, type StashOptions } from './stash-secrets';

export type { StashOptions } from './stash-secrets';

/** A lab's stash. `scan_id` is the lab's counter: the last number that was given. Setting it to N makes the next one N + 1. */
export interface Stash {
  readonly lab: string;
  /** Returns one value, or all of them without a key. Undefined: not set. */
  get(): Promise<JsonObject>;
  get(key: string): Promise<Json | undefined>;
  set<V>(key: string, value: V & AsJson<V>): Promise<void>;
  /** Sets several keys in one transaction. The values are copied, so later changes of them have no effect. */
  set<V extends object>(values: V & AsJson<V>): Promise<void>;
  delete(key: string): Promise<void>;
  /**
   * Reads, changes and writes back as one step. If another writer was faster, `change` runs again on the new values. It may be
   * async. It changes its argument and returns nothing, or returns a new object. Missing keys are deleted, except `scan_id`.
   * @throws (rejects) MetadataError if it returns anything else; nothing is changed then
   */
  update(change: StashUpdate): Promise<JsonObject>;
  /** Deletes everything. The counter starts again, unless `keepScanId` is set. */
  clear(options?: { keepScanId?: boolean }): Promise<void>;
  /** Returns every change, newest first. */
  history(options?: { key?: string; limit?: number }): Promise<StashHistoryEntry[]>;
  close(): Promise<void>;
}

/** A function that returns new values of the stash; see {@link Stash.update}. */
export type StashUpdate =
  | ((values: JsonObject) => JsonObject | undefined | Promise<JsonObject | undefined>)
  | ((values: JsonObject) => Promise<void>);

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

  async set(key: string | object, value?: unknown): Promise<void> {
    const values: JsonObject = {};
    if (typeof key === 'string') setOwn(values, key, value as Json);
    await this.#change(this.#setChanges(typeof key === 'string' ? values : (key as JsonObject)));
  }

  async delete(key: string): Promise<void> {
    await this.#change([{ op: 'unset', key }]);
  }

  async update(change: StashUpdate): Promise<JsonObject> {
    for (let round = 1; ; round++) {
      const snapshot = await this.#store.stash(this.lab);
      const before = valuesOf(snapshot);
      const given = structuredClone(before);
      const after = updatedValues(given, await change(given));
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
    return Object.entries(copyJson(values)).map(([key, value]) => ({ op: 'set', key, value }));
  }

  #difference(before: JsonObject, after: JsonObject): StashChange[] {
    const same = (key: string) =>
      Object.hasOwn(before, key) && JSON.stringify(before[key]) === JSON.stringify(after[key]);
    const changed = Object.fromEntries(Object.entries(after).filter(([key]) => !same(key)));
    // The counter is not an ordinary value. Numbers must not start again because an object was created without it.
    const removed = Object.keys(before).filter((key) => key !== 'scan_id' && !Object.hasOwn(after, key));
    return [...this.#setChanges(changed), ...removed.map((key) => ({ op: 'unset' as const, key }))];
  }

  #change(changes: StashChange[], expected?: number): Promise<StashSnapshot> {
    if (changes.length === 0) return this.#store.stash(this.lab);
    return this.#store.changeStash(this.lab, changes, processAuthor(), expected);
  }
}

/**
 * Returns the values after an update. An arrow function without braces returns its last expression: the length of an array that
 * was added to, or the object that was just stored. If that value became the stash, it would replace everything in it.
 * @throws MetadataError
 */
function updatedValues(given: JsonObject, returned: unknown): JsonObject {
  if (returned === undefined || returned === given) return given;
  const isNew = typeof returned === 'object' && returned !== null && isPlainObject(returned);
  if (isNew && !isPartOf(given, returned)) return returned as JsonObject;
  const message = 'must be undefined, or a new object with all values of the stash';
  throw new MetadataError(
    `stash.update: the return value ${message}. Nothing was changed. To change a value, write braces: (values) => { values.operator = 'Ada'; }`,
    [{ path: [], message }],
  );
}

/** True when `part` is one of the objects inside `whole`. */
function isPartOf(whole: unknown, part: object, depth = 0): boolean {
  if (typeof whole !== 'object' || whole === null || depth > MAX_METADATA_DEPTH) return false;
  return Object.values(whole).some((value) => value === part || isPartOf(value, part, depth + 1));
}

function valuesOf(snapshot: StashSnapshot): JsonObject {
  const values = structuredClone(snapshot.values);
  if (snapshot.scan_id > 0) values.scan_id = snapshot.scan_id;
  return values;
}
