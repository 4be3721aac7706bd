/**
 * Records on their way to the store: in order, in groups that share a commit, one group at a time. A group that fails is written
 * again. Node only.
 * @module
 */
import { QUEUE } from '../../model/limits';
import { withTimeout } from '../../model/with-timeout';
import type { WriteAnswer, WriteRecord } from '../../store/interface/written';
import { isStoreAway } from '../store-errors';
import { type CommitTarget, CommitTimer } from './commit-timer';
import { CommitTiming } from './commit-timing';
import type { QueueEntry } from './entry';

/** The target of groups. */
export interface GroupTarget {
  /** Writes one transaction. It has its own deadline. */
  write(records: readonly WriteRecord[]): Promise<WriteAnswer[]>;
  /** Milliseconds until a call can pass; 0 if calls pass. */
  readonly wait_ms: number;
}

/** Receives the results of groups. None of its methods may throw. */
export interface GroupListener {
  /** The store does not have the entry's run yet. Returns true if the entry is kept elsewhere for later. */
  early(entry: QueueEntry): boolean;
  /** All entries of a group have their answers. */
  committed(group: readonly QueueEntry[], answers: readonly WriteAnswer[], time_ms: number): void;
  /** The store did not accept a group, which waits again. */
  failed(error: unknown): void;
}

/** The group that is being written. */
interface Flight {
  group: QueueEntry[];
  /** The store has answered, so the group can no longer be moved to the spool. */
  answered?: boolean;
  /** The group was moved to the spool, so the store's answer is ignored. */
  abandoned?: boolean;
}

/** The queue of one store. It accepts everything: the caller enforces limits. */
export class GroupQueue implements CommitTarget {
  readonly #target: GroupTarget;
  readonly #listener: GroupListener;
  readonly #timing = new CommitTiming();
  readonly #timer = new CommitTimer(this);
  #entries: QueueEntry[] = [];
  /** Entries that were in the queue before. They go first, in their order. */
  #returned: QueueEntry[] = [];
  #bytes = 0;
  #flight: Flight | undefined;
  /** How many entries, from the first, are written one by one to find the faulty one. */
  #apart = 0;
  #held = false;
  #closed = false;
  #groups = 0;
  #idle: (() => void)[] = [];

  constructor(target: GroupTarget, listener: GroupListener) {
    this.#target = target;
    this.#listener = listener;
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

  /** True if it accepts no more entries. */
  get closed(): boolean {
    return this.#closed;
  }

  /** True if nothing waits and no group is being written. */
  get idle(): boolean {
    return this.records === 0 && !this.#flight;
  }

  /** A run opens. */
  entered(): void {
    this.#timing.entered();
  }

  /** A run has ended, or will not be recorded. */
  left(): void {
    this.#timing.left();
  }

  /** Adds an entry. `front`: it was in the queue before. */
  push(entry: QueueEntry, place: 'back' | 'front' = 'back'): void {
    this.#bytes += entry.bytes;
    this.#timing.waits(entry);
    if (place === 'front') this.#returned.push(entry);
    else this.#entries.push(entry);
    this.#schedule();
  }

  /** Resolves when nothing waits any more, or the time is over. True: nothing waits. */
  async flush(timeout_ms: number): Promise<boolean> {
    if (this.idle) return true;
    if (!this.#flight && !this.#held) this.#timer.now();
    const idle = new Promise<void>((resolve) => this.#idle.push(resolve)).then(() => true);
    return withTimeout(idle, timeout_ms, () => false);
  }

  /** From now on until `release`, entries are only collected. */
  hold(): void {
    this.#held = true;
  }

  /** Writes again, after `hold`. */
  release(): void {
    this.#held = false;
    this.#timer.reset();
    if (this.records > 0) this.#schedule();
    else this.#notifyIdle();
  }

  /** Removes and returns all waiting entries in order. `inFlight`: also those that the store has not answered yet. */
  takeAll(inFlight = false): QueueEntry[] {
    const entries = this.#returned.splice(0).concat(this.#entries.splice(0));
    const flight = this.#flight;
    if (inFlight && flight && !flight.answered) {
      flight.abandoned = true;
      this.#flight = undefined;
      entries.unshift(...flight.group);
    }
    for (const entry of entries) this.#bytes -= entry.bytes;
    this.#timing.clear();
    this.#apart = 0;
    this.#timer.reset();
    this.#notifyIdle();
    return entries;
  }

  /** Drops all waiting entries. */
  close(reason: string): void {
    this.#closed = true;
    this.#timer.stop();
    for (const entry of this.takeAll(true)) entry.lost?.(reason);
  }

  #schedule(): void {
    if (this.#flight || this.#held) return;
    const delay_ms = this.#timing.delay_ms(this.records);
    if (delay_ms > 0) this.#timer.gather(delay_ms);
    else this.#timer.now();
  }

  /** Writes the next group. Called by the timer. */
  async write(): Promise<void> {
    if (this.#flight || this.#held || this.#closed) return;
    const group = this.#take();
    if (group.length === 0) {
      this.#notifyIdle();
      return;
    }
    const flight: Flight = { group };
    this.#flight = flight;
    try {
      const started = performance.now();
      const answers = await this.#target.write(group.map((entry) => entry.record));
      if (flight.abandoned) return;
      flight.answered = true;
      this.#timer.succeeded();
      this.#timing.answered(group);
      this.#finish(group, answers, performance.now() - started);
    } catch (error) {
      if (!flight.abandoned) this.#putBack(group, error);
    }
  }

  #take(): QueueEntry[] {
    let bytes = 0;
    let count = 0;
    const most = this.#apart > 0 ? 1 : QUEUE.group_records;
    this.#entries = this.#returned.splice(0).concat(this.#entries);
    while (count < this.#entries.length && count < most && bytes < QUEUE.group_bytes) {
      bytes += this.#entries[count++]!.bytes;
    }
    const group = this.#entries.splice(0, count);
    this.#timing.taken(group);
    return group;
  }

  /**
   * Passes on answers in slices, one per turn of the event loop: their follow-up work (stops, next runs) must not pile up in one
   * turn.
   */
  #finish(group: QueueEntry[], answers: WriteAnswer[], time_ms: number, from = 0): void {
    const to = Math.min(from + QUEUE.answers_per_turn, group.length);
    for (let i = from; i < to; i++) this.#answer(group[i]!, answers[i]!);
    if (to < group.length) {
      setImmediate(() => this.#finish(group, answers, time_ms, to));
      return;
    }
    this.#groups += 1;
    if (this.#apart > 0) this.#apart -= 1;
    this.#timing.committed();
    this.#flight = undefined;
    this.#listener.committed(group, answers, time_ms);
    if (this.records > 0) this.#schedule();
    else this.#notifyIdle();
  }

  #answer(entry: QueueEntry, answer: WriteAnswer): void {
    this.#bytes -= entry.bytes;
    if (answer.kind !== 'rejected') entry.done?.(answer);
    else if (answer.code !== 'run-missing' || !this.#listener.early(entry)) entry.lost?.(answer.reason);
  }

  /**
   * The group was not stored, or it is unknown whether it was. The same records are written again; the uid prevents duplicates.
   */
  #putBack(group: QueueEntry[], error: unknown): void {
    this.#flight = undefined;
    if (!isStoreAway(error)) {
      this.#apart = Math.max(this.#apart, group.length);
      if (group.length === 1) {
        this.#apart -= 1;
        const [culprit] = group.splice(0);
        this.#bytes -= culprit!.bytes;
        culprit!.lost?.('the record cannot be sent to the store');
      }
    }
    this.#entries = group.concat(this.#entries);
    for (const entry of group) this.#timing.waits(entry);
    this.#timer.retry(this.#target.wait_ms);
    this.#listener.failed(error);
  }

  #notifyIdle(): void {
    if (!this.idle) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
