/**
 * The stashes that this process knows: the last version that the store returned. Each opening transaction checks it. For a new
 * lab, the plugin's `stash` option is applied before its first run is written. Node only.
 * @module
 */

import type { JsonObject } from '../model/json';
import { REMEMBERED } from '../model/limits';
import type { Author, StashSnapshot } from '../store/interface/stash-changes';
import { RecentMap } from '../store/recent-map';
import type { Store } from '../store/store';

/** `ContextRecord.n` of a pinned stash. Contexts of the sandbox are never negative. */
export const PINNED_STASH = -1;

/** The stashes of one store. */
export class StashCache {
  readonly #snapshots = new Map<string, StashSnapshot>();
  readonly #pinned = new RecentMap<StashSnapshot>(REMEMBERED.stash_characters);
  /** Labs whose stash must be read before the next group, with the values to set first. */
  readonly #due = new Map<string, JsonObject[]>();
  /** The values that were set first in each lab's stash. They are set again in a store that replaces the previous one. */
  readonly #initial = new Map<string, JsonObject[]>();
  /** Labs whose snapshot may belong to a replaced store. Versions start again in the next one. */
  readonly #doubted = new Set<string>();
  readonly #author: Author;

  constructor(author: Author) {
    this.#author = author;
  }

  /** Returns the lab's last known stash. If unknown, returns undefined and marks it as due. */
  get(lab: string): StashSnapshot | undefined {
    const snapshot = this.#snapshots.get(lab);
    if (!snapshot && !this.#due.has(lab)) this.#due.set(lab, []);
    return snapshot;
  }

  set(snapshot: StashSnapshot): void {
    const known = this.#snapshots.get(snapshot.lab);
    if (known && known.version >= snapshot.version && !this.#doubted.delete(snapshot.lab)) return;
    this.#snapshots.set(snapshot.lab, { ...snapshot, values: deepFreeze(snapshot.values) });
  }

  /** Sets `values` in the lab's stash before its next run. Keys in the stash's history are skipped. */
  initialize(lab: string, values: JsonObject): void {
    this.#due.set(lab, [...(this.#due.get(lab) ?? []), values]);
    this.#initial.set(lab, [...(this.#initial.get(lab) ?? []), values]);
    this.#snapshots.delete(lab);
  }

  /** Call it after a failure: another store may answer next. Until one answers, the known stashes are used. */
  doubt(): void {
    for (const lab of this.#snapshots.keys()) {
      this.#doubted.add(lab);
      if (!this.#due.has(lab)) this.#due.set(lab, this.#initial.get(lab) ?? []);
    }
  }

  /** Reads (and initialises) the stashes that are due; undefined if there are none. */
  load(store: Store): Promise<void> | undefined {
    return this.#due.size === 0 ? undefined : this.#loadDue(store);
  }

  async #loadDue(store: Store): Promise<void> {
    for (const [lab, initial] of [...this.#due]) {
      const changes = initial.flatMap((values) =>
        Object.entries(values).map(([key, value]) => ({ op: 'init' as const, key, value })),
      );
      const known =
        changes.length > 0 ? await store.changeStash(lab, changes, this.#author) : await store.stash(lab);
      this.#due.delete(lab);
      this.#snapshots.delete(lab);
      this.set(known);
    }
  }

  /** Returns the stash of the execution's first run, if this process knows it. */
  pinned(run_id: string): StashSnapshot | undefined {
    return this.#pinned.get(run_id);
  }

  pin(run_id: string, snapshot: StashSnapshot): void {
    this.#pinned.set(run_id, snapshot);
  }
}

/** Snapshots are shared by many runs, whose code receives parts of them. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const item of Object.values(value)) deepFreeze(item);
  return Object.freeze(value);
}
