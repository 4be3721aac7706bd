/**
 * One store, queue and stash cache per place and process, however many recorders write there: their records share
 * commits. Opened with the first record, closed with the last recorder. Node only.
 * @module
 */
import { hostname, userInfo } from 'node:os';
import { parseStoreUrl } from '../store/location';
import { openStore } from '../store/open';
import type { Author, Store } from '../store/store';
import type { Instruments, Logger } from './meter';
import { GroupQueue, type Overflow } from './queue';
import { StashCache } from './stash-cache';

export interface SharedStoreOptions {
  max_bytes: number;
  instruments: Instruments;
  log: Logger | undefined;
  overflow: Overflow;
}

export interface SharedStore {
  readonly queue: GroupQueue;
  readonly stashes: StashCache;
  /** Opens it when it is not open; a failed opening is tried again by the next call. */
  store(): Promise<Store>;
  /** The last one flushes, within the time, and closes what it opened. */
  release(timeout_ms: number): Promise<void>;
}

const byLocation = new Map<string, Shared>();
const byStore = new WeakMap<Store, Shared>();

/**
 * @throws STORE_URL_INVALID
 */
export function acquireStore(target: string | Store, options: SharedStoreOptions): SharedStore {
  const shared = typeof target === 'string' ? byUrl(target, options) : byObject(target, options);
  shared.users += 1;
  return shared;
}

function byUrl(url: string, options: SharedStoreOptions): Shared {
  const { location } = parseStoreUrl(url);
  let shared = byLocation.get(location);
  if (!shared) {
    const onWarning = warnOnce(options.log);
    shared = new Shared(
      () => openStore(url, { onWarning }),
      options,
      () => byLocation.delete(location),
    );
    byLocation.set(location, shared);
  }
  return shared;
}

function byObject(store: Store, options: SharedStoreOptions): Shared {
  let shared = byStore.get(store);
  if (!shared) {
    shared = new Shared(
      async () => store,
      options,
      () => byStore.delete(store),
      false,
    );
    byStore.set(store, shared);
  }
  return shared;
}

const WARN_EVERY_MS = 60_000;

/** A logger that throws keeps nothing from being stored. */
function warn(log: Logger | undefined, message: string): void {
  try {
    log?.warn(`temporal-provenance: ${message}`);
  } catch {
    // Nobody is left to tell.
  }
}

/** A store that is opened again and again is warned of once. */
function warnOnce(log: Logger | undefined): (message: string) => void {
  let warned = false;
  return (message) => {
    if (!warned) warn(log, message);
    warned = true;
  };
}

class Shared implements SharedStore {
  users = 0;
  readonly queue: GroupQueue;
  readonly stashes = new StashCache(processAuthor());
  readonly #open: () => Promise<Store>;
  readonly #forget: () => void;
  readonly #owned: boolean;
  #store: Promise<Store> | undefined;
  #warned = false;
  #warned_ms = Number.NEGATIVE_INFINITY;

  constructor(open: () => Promise<Store>, options: SharedStoreOptions, forget: () => void, owned = true) {
    this.#open = open;
    this.#forget = forget;
    this.#owned = owned;
    this.queue = new GroupQueue({
      store: () => this.store(),
      max_bytes: options.max_bytes,
      overflow: options.overflow,
      before: (store) => this.stashes.load(store),
      committed: (group, answers, time_ms) => {
        this.#warned = false;
        const count = (record: string, answer: string) =>
          group.filter((entry, i) => entry.record.kind === record && answers[i]!.kind === answer).length;
        options.instruments.commit({
          runs: count('open', 'opened'),
          stops: count('stop', 'done'),
          refusals: count('refusal', 'done'),
          time_ms,
          queued_bytes: this.queue.bytes,
        });
      },
      failed: (error) => {
        this.stashes.doubt();
        this.#warnOf(error, options.log);
      },
    });
  }

  store(): Promise<Store> {
    if (!this.#store) {
      const opening = this.#open();
      this.#store = opening;
      opening.catch(() => {
        if (this.#store === opening) this.#store = undefined;
      });
    }
    return this.#store;
  }

  /** Once per outage, and a store that comes and goes is no more than a line a minute. */
  #warnOf(error: unknown, log: Logger | undefined): void {
    const now_ms = performance.now();
    if (!this.#warned && now_ms - this.#warned_ms >= WARN_EVERY_MS) {
      this.#warned_ms = now_ms;
      warn(log, `${describe(error)} Records wait and are tried again.`);
    }
    this.#warned = true;
  }

  async release(timeout_ms: number): Promise<void> {
    this.users -= 1;
    if (this.users > 0) return;
    await this.queue.flush(timeout_ms);
    if (this.users > 0) return;
    this.#forget();
    this.queue.close('the recorder was closed before the store took it');
    const store = this.#store;
    if (this.#owned) await store?.then((open) => open.close()).catch(() => undefined);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Who this process is, for the stash's history. */
export function processAuthor(): Author {
  let name = 'unknown';
  try {
    name = userInfo().username;
  } catch {
    // A user id without an entry in the user database has no name.
  }
  return { name, host: hostname(), pid: process.pid };
}
