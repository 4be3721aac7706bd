/**
 * One store, queue, spool and stash cache per place and process, however many recorders write there: their records share
 * commits. Opened with the first record, closed with the last recorder. Node only.
 * @module
 */
import { performance } from 'node:perf_hooks';
import type { SpoolState } from '../../model/environment';
import { CLOSING } from '../../model/limits';
import { withTimeout } from '../../model/with-timeout';
import { processAuthor } from '../../store/author';
import { parseStoreUrl } from '../../store/location';
import { openStore } from '../../store/open';
import type { OpenRecord, Store, WriteAnswer, WriteRecord } from '../../store/store';
import { type Commit, type Instruments, type Logger, noCommit } from '../meter';
import { Admission } from '../opening/admission';
import { judgeLate, type StashHistory, wantsStash } from '../opening/intake-judge';
import type { Preparation } from '../opening/preparation';
import { isStoreAway } from '../spool/spool';
import { StashCache } from '../stash-cache';
import { MovedSpool } from './moved-spool';
import { Outage } from './outage';
import { GroupQueue, type QueueEntry } from './queue';
import { type SpoolPlace, spoolFolder } from './spool-place';
import { StoreReasons } from './store-reasons';
import { WaitingWatch } from './waiting-watch';

/** A recorder, as its store knows it. */
export interface StoreUser {
  instruments: Instruments;
  log: Logger | undefined;
  /** Judges runs that were opened while no stash could be read. */
  preparation: Preparation;
  /** Whether its workers record for a lab. */
  serves: (lab: string) => boolean;
  lose: (kind: string, detail: string, count: number) => void;
  /** A record of the spool is in the store; `counts`: nobody else of this process counts it. Must not throw. */
  taken: (record: WriteRecord, answer: WriteAnswer, counts: boolean) => void;
  /** The store takes records again, and nothing waits. Must not throw. */
  returned: () => void;
}

export interface SharedStoreOptions {
  max_bytes: number;
  spool: SpoolPlace | undefined;
  user: StoreUser;
}

export interface SharedStore {
  readonly queue: GroupQueue;
  readonly stashes: StashCache;
  /** Where openings wait while memory is full. */
  readonly admission: Admission;
  /** The store takes nothing now, as far as is known. */
  readonly away: boolean;
  /** The spool as it was when it was last looked at; absent before, and where there is none. */
  readonly spool: SpoolState | undefined;
  /** Tries the spool, which is told when it can't be used. Never rejects. */
  trySpool(): Promise<void>;
  /** Opens it when it is not open; a failed opening is tried again by the next call. */
  store(): Promise<Store>;
  /** One call, of 1 s at most; rejects at once while the store is away. */
  read<T>(action: (store: Store) => Promise<T>): Promise<T>;
  /** Keeps a start on the disk while it waits for the store; true when it is there, false when it cannot be. Never rejects. */
  keep(record: OpenRecord): Promise<boolean>;
  /** Resolves when all is in the store or, while it is away, in the spool; or the time is over. */
  flush(timeout_ms: number): Promise<void>;
  /** The last one puts what the store has not taken into the spool and closes what it opened, within the time. */
  release(user: StoreUser, timeout_ms: number): Promise<void>;
}

const byLocation = new Map<string, Shared>();
const byStore = new WeakMap<Store, Shared>();

/**
 * @throws STORE_URL_INVALID
 */
export function acquireStore(target: string | Store, options: SharedStoreOptions): SharedStore {
  const shared = typeof target === 'string' ? byUrl(target, options) : byObject(target, options);
  shared.users.push(options.user);
  return shared;
}

function byUrl(url: string, options: SharedStoreOptions): Shared {
  const { location } = parseStoreUrl(url);
  let shared = byLocation.get(location);
  if (!shared) {
    const onWarning = warnOnce(options.user.log);
    const folder = spoolFolder(url, options.spool?.folder);
    shared = new Shared({
      open: () => openStore(url, { onWarning }),
      forget: () => byLocation.delete(location),
      owned: true,
      max_bytes: options.max_bytes,
      spool: { folder, max_bytes: options.spool?.maxBytes },
    });
    byLocation.set(location, shared);
  }
  return shared;
}

function byObject(store: Store, options: SharedStoreOptions): Shared {
  let shared = byStore.get(store);
  if (!shared) {
    const { folder, maxBytes } = options.spool ?? {};
    shared = new Shared({
      open: async () => store,
      forget: () => byStore.delete(store),
      owned: false,
      max_bytes: options.max_bytes,
      spool: folder === undefined ? undefined : { folder, max_bytes: maxBytes },
    });
    byStore.set(store, shared);
  }
  return shared;
}

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

interface SharedParts {
  open: () => Promise<Store>;
  forget: () => void;
  /** Closed here as well. */
  owned: boolean;
  max_bytes: number;
  spool: { folder: string; max_bytes?: number } | undefined;
}

class Shared implements SharedStore {
  readonly users: StoreUser[] = [];
  /** The last one to leave: what is said while all is closed goes there. */
  #last: StoreUser | undefined;
  readonly queue: GroupQueue;
  readonly stashes = new StashCache(processAuthor());
  readonly outage: Outage;
  readonly admission = new Admission(() => this.outage.waiting_bytes < this.queue.max_bytes);
  readonly #parts: SharedParts;
  readonly #moved = new MovedSpool(() => ({ ...this.#intake(), ...this.outage.way }));
  /** UNIX seconds. */
  readonly #since = Date.now() / 1000;
  #store: Promise<Store> | undefined;
  readonly #reasons = new StoreReasons((message) => this.#say(message));
  readonly #watch: WaitingWatch;
  #spool: SpoolState | undefined;

  constructor(parts: SharedParts) {
    this.#parts = parts;
    this.outage = new Outage({
      store: () => this.store(),
      queue: () => this.queue,
      spool: parts.spool,
      intake: () => this.#intake(),
      before: (store) => this.stashes.load(store),
      say: (message) => this.#say(message),
      lose: (...loss) => this.users[0]?.lose(...loss),
      freed: () => this.admission.freed(),
      refused: (error) => this.#reasons.failed(error),
      figures: (figures) => {
        for (const { instruments } of this.users) instruments.spool(figures);
      },
    });
    this.queue = new GroupQueue({
      write: (records) =>
        this.outage.call(async (store) => {
          await this.stashes.load(store);
          return store.write(records);
        }),
      max_bytes: parts.max_bytes,
      divert: (entry, bounded) => this.outage.divert(entry, bounded),
      early: (entry) => this.outage.early(entry),
      isAway: isStoreAway,
      pause_ms: () => this.outage.pause_ms,
      committed: (group, answers, time_ms) => this.#committed(group, answers, time_ms),
      failed: (error) => this.#failed(error),
    });
    this.#watch = new WaitingWatch({
      waits: () => this.away || !this.queue.idle,
      spool: async () => this.outage.door?.state(),
      look: (spool) => this.#look(spool),
      over: () => {
        for (const { returned } of this.users) returned();
      },
    });
  }

  get spool(): SpoolState | undefined {
    return this.#spool;
  }

  async trySpool(): Promise<void> {
    await this.outage.door?.tried();
    this.#look(await this.outage.door?.state());
  }

  #look(spool: SpoolState | undefined): void {
    this.#spool = spool;
    for (const { instruments } of this.users) instruments.waiting(this.queue.bytes, spool?.waiting_bytes);
  }

  get away(): boolean {
    return this.outage.away;
  }

  store(): Promise<Store> {
    if (!this.#store) {
      const opening = this.#parts.open();
      this.#store = opening;
      opening.then(
        (store) => {
          void this.#moved.take(store);
          return this.outage.takeLeftovers();
        },
        () => {
          if (this.#store === opening) this.#store = undefined;
        },
      );
    }
    return this.#store;
  }

  read<T>(action: (store: Store) => Promise<T>): Promise<T> {
    return this.outage.read(action);
  }

  keep(record: OpenRecord): Promise<boolean> {
    return this.outage.keep(record);
  }

  flush(timeout_ms: number): Promise<void> {
    return this.outage.flush(timeout_ms);
  }

  async release(user: StoreUser, timeout_ms: number): Promise<void> {
    const deadline = performance.now() + timeout_ms;
    this.#last = user;
    if (this.users.includes(user)) this.users.splice(this.users.indexOf(user), 1);
    if (this.users.length > 0) return;
    this.#parts.forget();
    this.#watch.end();
    this.#moved.close();
    await this.outage.close(timeout_ms);
    if (!this.#parts.owned || !this.#store) return;
    const closed = this.#store.then((store) => store.close());
    await withTimeout(closed, Math.max(CLOSING.min_close_ms, deadline - performance.now())).catch(
      () => undefined,
    );
  }

  #committed(group: readonly QueueEntry[], answers: readonly WriteAnswer[], time_ms: number): void {
    this.#reasons.over();
    const commits = new Map<Instruments, Commit>();
    let [last, commit]: [Instruments?, Commit?] = [];
    for (const [i, { record, instruments }] of group.entries()) {
      if (!instruments) continue;
      if (instruments !== last || !commit) {
        commit = commits.get(instruments) ?? noCommit(time_ms, this.queue.bytes);
        commits.set(instruments, commit);
        last = instruments;
      }
      const { kind } = answers[i]!;
      if (record.kind === 'open' && kind === 'opened') commit.runs += 1;
      else if (record.kind === 'stop' && kind === 'done') commit.stops += 1;
      else if (record.kind === 'refusal' && kind === 'done') commit.refusals += 1;
    }
    for (const [instruments, sums] of commits) instruments.commit(sums);
    this.admission.freed();
  }

  #failed(error: unknown): void {
    this.stashes.doubt();
    this.#reasons.failed(error);
    this.#watch.begin();
    this.outage.failed();
  }

  /** What is done with the records of one intake. */
  #intake() {
    const histories = new Map<string, Promise<StashHistory>>();
    const historyOf = (lab: string) => {
      const known = histories.get(lab) ?? this.#history(lab);
      histories.set(lab, known);
      return known;
    };
    return {
      prepare: async (record: OpenRecord) => {
        const user = this.users.find(({ serves }) => serves(record.lab)) ?? this.users[0];
        if (!user || !wantsStash(record)) return [{ ...record, stash_version: null }];
        return [await judgeLate(record, user.preparation, await historyOf(record.lab), this.#since)];
      },
      onTaken: (records: readonly WriteRecord[], answers: readonly WriteAnswer[]) => {
        for (const [i, record] of records.entries())
          for (const [place, user] of this.users.entries()) user.taken(record, answers[i]!, place === 0);
      },
    };
  }

  #history(lab: string): Promise<StashHistory> {
    return this.outage.call(async (store) => {
      await this.stashes.load(store);
      return store.stashHistory(lab);
    });
  }

  #say(message: string): void {
    warn((this.users[0] ?? this.#last)?.log, message);
  }
}
