/**
 * Records on their way to the store: in order, in groups that share a commit, one group in flight. Bounded in bytes; what
 * does not fit goes to the overflow. Commits at once when little is going on, and gathers for a few milliseconds only when many
 * runs are in flight, so that cost per run falls as load rises. Node only.
 * @module
 */
import type { Store, WriteAnswer, WriteRecord } from '../store/store';

/** A record and who waits for its answer. */
export interface QueueEntry {
  record: WriteRecord;
  /** Estimate of what it holds in memory and sends to the store. */
  bytes: number;
  /** Called once it is durable, with the store's answer. Must not throw. */
  done?: (answer: WriteAnswer) => void;
  /** Called when it was given up. Must not throw. */
  lost?: (reason: string) => void;
  /** Called when the overflow keeps it, in place of `done`. Must not throw. */
  spooled?: () => void;
}

/**
 * Where an entry goes that the queue has no room for: false when it is not taken there either. Who takes it calls the entry's
 * `spooled`, or `lost`, at once or later.
 */
export type Overflow = (entry: QueueEntry) => boolean;

export interface QueueOptions {
  store: () => Promise<Store>;
  max_bytes: number;
  overflow: Overflow;
  /** What must have happened in the store before the next group (stash of labs seen for the first time). */
  before?: (store: Store) => Promise<void> | undefined;
  /** After each commit. Must not throw. */
  committed?: (group: readonly QueueEntry[], answers: readonly WriteAnswer[], time_ms: number) => void;
  /** The store did not take a group; it is tried again. */
  failed?: (error: unknown) => void;
}

const MAX_GROUP_RECORDS = 512;
const MAX_GROUP_BYTES = 4 * 1024 * 1024;
const RECORDS_PER_TURN = 32;
const GATHER_MS = 3;
/** Runs in flight from which gathering pays. */
const MANY = 16;
/** After this long without a commit nothing is gathered, however many long runs are in flight. */
const IDLE_AFTER_MS = 10;
/** How long records that nobody waits for may wait for one that somebody does: an opening takes them along. */
const LINGER_MS = 20;
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 5_000;

export class GroupQueue {
  readonly #options: QueueOptions;
  #entries: QueueEntry[] = [];
  /** What was here before and goes first, in its order. */
  #returned: QueueEntry[] = [];
  #bytes = 0;
  #writing = false;
  #scheduled: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #gathering = false;
  #delay_ms = 0;
  /** Waiting records that somebody waits for: openings. */
  #awaited = 0;
  #failures = 0;
  #lastCommit = 0;
  #closed = false;
  #groups = 0;
  #idle: (() => void)[] = [];
  /** Runs that are open: how much is going on. */
  #inFlight = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get records(): number {
    return this.#entries.length + this.#returned.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get groups(): number {
    return this.#groups;
  }

  /** A run opens. */
  entered(): void {
    this.#inFlight += 1;
  }

  /** A run is over, or will not be recorded. */
  left(): void {
    if (this.#inFlight > 0) this.#inFlight -= 1;
  }

  /**
   * Takes an entry, or gives it to the overflow. `front`: it was here before. `always`: small, and must not be refused.
   * `overflow`: what it belongs to went there.
   */
  push(entry: QueueEntry, place: 'back' | 'front' | 'always' | 'overflow' = 'back'): void {
    if (this.#closed) {
      entry.lost?.('the recorder is closed');
      return;
    }
    const full = place === 'back' && this.#bytes + entry.bytes > this.#options.max_bytes;
    if (full || place === 'overflow') {
      if (!this.#options.overflow(entry)) entry.lost?.('the queue is full');
      return;
    }
    this.#bytes += entry.bytes;
    if (isAwaited(entry)) this.#awaited += 1;
    if (place === 'front') this.#returned.push(entry);
    else this.#entries.push(entry);
    this.#schedule();
  }

  /** Resolves when nothing waits any more, or the time is over. True: nothing waits. */
  async flush(timeout_ms: number): Promise<boolean> {
    if (this.records === 0 && !this.#writing) return true;
    this.#scheduleNow();
    let timer: NodeJS.Timeout | undefined;
    const idle = new Promise<boolean>((resolve) => {
      this.#idle.push(() => resolve(true));
      timer = setTimeout(() => resolve(false), timeout_ms);
    });
    const flushed = await idle;
    clearTimeout(timer);
    return flushed;
  }

  /** Gives up all that waits, and all that comes. */
  close(reason: string): void {
    this.#closed = true;
    clearTimeout(this.#scheduled as NodeJS.Timeout);
    const entries = this.#returned.splice(0).concat(this.#entries.splice(0));
    this.#bytes = 0;
    this.#awaited = 0;
    for (const entry of entries) entry.lost?.(reason);
  }

  #schedule(): void {
    if (this.#writing) return;
    if (this.#awaited === 0) this.#gather(LINGER_MS);
    else if (this.#worthGathering()) this.#gather(GATHER_MS);
    else if (this.#gathering || !this.#scheduled) this.#scheduleNow();
  }

  /** Within `delay_ms` at the latest: a shorter delay replaces a longer one. */
  #gather(delay_ms: number): void {
    if (this.#scheduled && !(this.#gathering && delay_ms < this.#delay_ms)) return;
    clearTimeout(this.#scheduled as NodeJS.Timeout);
    this.#gathering = true;
    this.#delay_ms = delay_ms;
    this.#scheduled = setTimeout(() => this.#write(), delay_ms);
  }

  /** More records are likely to come within milliseconds than wait now. */
  #worthGathering(): boolean {
    if (this.#inFlight < MANY || this.records >= Math.min(this.#inFlight, MAX_GROUP_RECORDS)) return false;
    return performance.now() - this.#lastCommit < IDLE_AFTER_MS;
  }

  #scheduleNow(): void {
    if (this.#writing || this.#failures > 0) return;
    if (this.#scheduled && !this.#gathering) return;
    clearTimeout(this.#scheduled as NodeJS.Timeout);
    this.#gathering = false;
    this.#scheduled = setImmediate(() => this.#write());
  }

  async #write(): Promise<void> {
    this.#scheduled = undefined;
    this.#gathering = false;
    if (this.#writing) return;
    const group = this.#take();
    if (group.length === 0) {
      this.#settleIdle();
      return;
    }
    this.#writing = true;
    try {
      const started = performance.now();
      const store = await this.#options.store();
      await this.#options.before?.(store);
      const answers = await store.write(group.map((entry) => entry.record));
      this.#failures = 0;
      this.#finish(group, answers, performance.now() - started);
    } catch (error) {
      this.#putBack(group, error);
    }
  }

  #take(): QueueEntry[] {
    let bytes = 0;
    let count = 0;
    this.#entries = this.#returned.splice(0).concat(this.#entries);
    while (count < this.#entries.length && count < MAX_GROUP_RECORDS && bytes < MAX_GROUP_BYTES) {
      bytes += this.#entries[count++]!.bytes;
    }
    const group = this.#entries.splice(0, count);
    for (const entry of group) if (isAwaited(entry)) this.#awaited -= 1;
    return group;
  }

  /** Answers in slices, a turn of the event loop each: what hangs on them (stops, next runs) must not pile up in one. */
  #finish(group: QueueEntry[], answers: WriteAnswer[], time_ms: number, from = 0): void {
    const to = Math.min(from + RECORDS_PER_TURN, group.length);
    for (let i = from; i < to; i++) {
      const entry = group[i]!;
      const answer = answers[i]!;
      this.#bytes -= entry.bytes;
      if (answer.kind === 'rejected') entry.lost?.(answer.reason);
      else entry.done?.(answer);
    }
    if (to < group.length) {
      setImmediate(() => this.#finish(group, answers, time_ms, to));
      return;
    }
    this.#groups += 1;
    this.#lastCommit = performance.now();
    this.#writing = false;
    this.#options.committed?.(group, answers, time_ms);
    if (this.records > 0) this.#schedule();
    else this.#settleIdle();
  }

  /** Nothing of the group was stored, or it is not known to be: the same records again, by uid nothing is stored twice. */
  #putBack(group: QueueEntry[], error: unknown): void {
    this.#writing = false;
    this.#entries = group.concat(this.#entries);
    for (const entry of group) if (isAwaited(entry)) this.#awaited += 1;
    this.#options.failed?.(error);
    const pause = Math.min(FIRST_RETRY_MS * 2 ** this.#failures++, LONGEST_RETRY_MS);
    this.#scheduled = setTimeout(() => this.#write(), pause).unref();
  }

  #settleIdle(): void {
    if (this.records > 0 || this.#writing) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

function isAwaited(entry: QueueEntry): boolean {
  return entry.record.kind === 'open';
}
