/**
 * Records on their way to the store: in order, in groups that share a commit, one group in flight. Bounded in bytes; what
 * does not fit goes elsewhere. Commits at once when little is going on, and gathers for a few milliseconds only when many
 * runs are in flight, so that cost per run falls as load rises. Node only.
 * @module
 */
import { QUEUE } from '../../model/limits';
import { withTimeout } from '../../model/with-timeout';
import type { WriteAnswer, WriteRecord } from '../../store/store';
import type { Instruments } from '../meter';

/** A record and who waits for its answer. */
export interface QueueEntry {
  record: WriteRecord;
  /** Estimate of what it holds in memory and sends to the store. */
  bytes: number;
  /** Of the recorder that it comes from. */
  instruments?: Instruments;
  /** How long it may wait for others to share a commit with. @defaultValue not at all */
  patience_ms?: number;
  /** Called once it is durable, with the store's answer. Must not throw. */
  done?: (answer: WriteAnswer) => void;
  /** Called when it was given up. Must not throw. */
  lost?: (reason: string) => void;
  /** Called when the spool keeps it, in place of `done`. Must not throw. */
  spooled?: () => void;
}

/** What becomes of an entry that is pushed: elsewhere by now, to be kept here, or given up. */
export type Diversion = 'taken' | 'keep' | 'refused';

export interface QueueOptions {
  /** One transaction; has a deadline of its own. */
  write: (records: readonly WriteRecord[]) => Promise<WriteAnswer[]>;
  max_bytes: number;
  /** Asked for each entry that comes; `bounded`: it may be refused. */
  divert: (entry: QueueEntry, bounded: boolean) => Diversion;
  /** The store does not have the entry's run yet: true when it is kept for later elsewhere. */
  early: (entry: QueueEntry) => boolean;
  /** True for an error that says something of the store, not of what was written. */
  isAway: (error: unknown) => boolean;
  /** The store takes nothing for so long, as far as is known. */
  pause_ms: () => number;
  /** After each commit. Must not throw. */
  committed?: (group: readonly QueueEntry[], answers: readonly WriteAnswer[], time_ms: number) => void;
  /** The store did not take a group, which waits again. */
  failed?: (error: unknown) => void;
}

/** The group in flight. */
interface Flight {
  group: QueueEntry[];
  /** The store has answered: nobody else may take it. */
  answered?: boolean;
  /** Somebody else has it; what the store says does not matter any more. */
  abandoned?: boolean;
}

export class GroupQueue {
  readonly #options: QueueOptions;
  #entries: QueueEntry[] = [];
  /** What was here before and goes first, in its order. */
  #returned: QueueEntry[] = [];
  #bytes = 0;
  #flight: Flight | undefined;
  #scheduled: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #gathering = false;
  #delay_ms = 0;
  /** Waiting records that somebody waits for: openings. */
  #awaited = 0;
  /** When the first of them has waited as long as it may. */
  #due = Number.POSITIVE_INFINITY;
  /** Openings that the next commit may hope for. */
  #hoped = 1;
  #failures = 0;
  /** So many from the first are written one by one, to find the one that fails. */
  #apart = 0;
  #held = false;
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

  get max_bytes(): number {
    return this.#options.max_bytes;
  }

  get groups(): number {
    return this.#groups;
  }

  /** It takes nothing any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Nothing waits and nothing is in flight. */
  get idle(): boolean {
    return this.records === 0 && !this.#flight;
  }

  /** A run opens. */
  entered(): void {
    this.#inFlight += 1;
  }

  /** A run is over, or will not be recorded. */
  left(): void {
    if (this.#inFlight > 0) this.#inFlight -= 1;
  }

  /** Takes an entry, or diverts it. `front`: it was here before. `always`: small, and must not be refused. */
  push(entry: QueueEntry, place: 'back' | 'front' | 'always' = 'back'): void {
    if (this.#closed) {
      entry.lost?.('the recorder is closed');
      return;
    }
    const diversion = this.#options.divert(entry, place === 'back');
    if (diversion === 'refused') entry.lost?.('the queue is full');
    if (diversion !== 'keep') return;
    this.#bytes += entry.bytes;
    if (isAwaited(entry)) this.#await(entry);
    if (place === 'front') this.#returned.push(entry);
    else this.#entries.push(entry);
    this.#schedule();
  }

  /** Resolves when nothing waits any more, or the time is over. True: nothing waits. */
  async flush(timeout_ms: number): Promise<boolean> {
    if (this.idle) return true;
    this.#scheduleNow();
    const idle = new Promise<void>((resolve) => this.#idle.push(resolve)).then(() => true);
    return withTimeout(idle, timeout_ms, () => false);
  }

  /** Gathers only, until it is released. */
  hold(): void {
    this.#held = true;
  }

  /** The store answers again. */
  release(): void {
    this.#held = false;
    this.#forgetFailures();
    if (this.records > 0) this.#schedule();
    else this.#settleIdle();
  }

  /** Gives out all that waits, in its order; `inFlight`: and what the store has not answered yet. */
  takeAll(inFlight = false): QueueEntry[] {
    const entries = this.#returned.splice(0).concat(this.#entries.splice(0));
    const flight = this.#flight;
    if (inFlight && flight && !flight.answered) {
      flight.abandoned = true;
      this.#flight = undefined;
      entries.unshift(...flight.group);
    }
    for (const entry of entries) this.#bytes -= entry.bytes;
    this.#awaited = 0;
    this.#due = Number.POSITIVE_INFINITY;
    this.#apart = 0;
    this.#forgetFailures();
    this.#settleIdle();
    return entries;
  }

  #forgetFailures(): void {
    this.#failures = 0;
    clearTimeout(this.#scheduled as NodeJS.Timeout);
    this.#scheduled = undefined;
    this.#gathering = false;
  }

  /** Gives up all that waits, and all that comes. */
  close(reason: string): void {
    this.#closed = true;
    clearTimeout(this.#scheduled as NodeJS.Timeout);
    for (const entry of this.takeAll(true)) entry.lost?.(reason);
  }

  #schedule(): void {
    if (this.#flight || this.#held) return;
    if (this.#awaited === 0) this.#gather(QUEUE.linger_ms);
    else if (this.#worthGathering()) this.#gather(QUEUE.gather_ms);
    else if (this.#othersWillCome()) this.#gather(this.#due - performance.now());
    else if (this.#gathering || !this.#scheduled) this.#scheduleNow();
  }

  #await({ patience_ms = 0 }: QueueEntry): void {
    this.#awaited += 1;
    this.#due = Math.min(this.#due, performance.now() + patience_ms);
  }

  /**
   * Fewer openings wait than the last commit had, which more were waiting behind: they come by themselves, and the next are
   * waited for. A chain of runs, each after the other, never has one waiting behind another.
   */
  #othersWillCome(): boolean {
    return this.#awaited < this.#hoped && this.#due - performance.now() >= 1;
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
    if (
      this.#inFlight < QUEUE.gather_from_runs ||
      this.records >= Math.min(this.#inFlight, QUEUE.group_records)
    )
      return false;
    return performance.now() - this.#lastCommit < QUEUE.idle_after_ms;
  }

  #scheduleNow(): void {
    if (this.#flight || this.#held || this.#failures > 0) return;
    if (this.#scheduled && !this.#gathering) return;
    clearTimeout(this.#scheduled as NodeJS.Timeout);
    this.#gathering = false;
    this.#scheduled = setImmediate(() => this.#write());
  }

  async #write(): Promise<void> {
    this.#scheduled = undefined;
    this.#gathering = false;
    if (this.#flight || this.#held || this.#closed) return;
    const group = this.#take();
    if (group.length === 0) {
      this.#settleIdle();
      return;
    }
    const flight: Flight = { group };
    this.#flight = flight;
    try {
      const started = performance.now();
      const answers = await this.#options.write(group.map((entry) => entry.record));
      if (flight.abandoned) return;
      flight.answered = true;
      this.#failures = 0;
      // One more than this time, if any have come meanwhile: before the answers, for those let the next of a chain come.
      this.#hoped = group.filter(isAwaited).length + (this.#awaited > 0 ? 1 : 0);
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
    for (const entry of group) if (isAwaited(entry)) this.#awaited -= 1;
    if (this.#awaited === 0) this.#due = Number.POSITIVE_INFINITY;
    return group;
  }

  /** Answers in slices, a turn of the event loop each: what hangs on them (stops, next runs) must not pile up in one. */
  #finish(group: QueueEntry[], answers: WriteAnswer[], time_ms: number, from = 0): void {
    const to = Math.min(from + QUEUE.answers_per_turn, group.length);
    for (let i = from; i < to; i++) this.#answer(group[i]!, answers[i]!);
    if (to < group.length) {
      setImmediate(() => this.#finish(group, answers, time_ms, to));
      return;
    }
    this.#groups += 1;
    if (this.#apart > 0) this.#apart -= 1;
    this.#lastCommit = performance.now();
    this.#flight = undefined;
    this.#options.committed?.(group, answers, time_ms);
    if (this.records > 0) this.#schedule();
    else this.#settleIdle();
  }

  #answer(entry: QueueEntry, answer: WriteAnswer): void {
    this.#bytes -= entry.bytes;
    if (answer.kind !== 'rejected') entry.done?.(answer);
    else if (answer.code !== 'run-missing' || !this.#options.early(entry)) entry.lost?.(answer.reason);
  }

  /** Nothing of the group was stored, or it is not known to be: the same records again, by uid nothing is stored twice. */
  #putBack(group: QueueEntry[], error: unknown): void {
    this.#flight = undefined;
    if (!this.#options.isAway(error)) {
      this.#apart = Math.max(this.#apart, group.length);
      if (group.length === 1) {
        this.#apart -= 1;
        const [culprit] = group.splice(0);
        this.#bytes -= culprit!.bytes;
        culprit!.lost?.('the store cannot be given it');
      }
    }
    this.#entries = group.concat(this.#entries);
    for (const entry of group) if (isAwaited(entry)) this.#await(entry);
    const pause = Math.min(QUEUE.first_retry_ms * 2 ** this.#failures++, QUEUE.longest_retry_ms);
    this.#scheduled = setTimeout(() => this.#write(), Math.max(pause, this.#options.pause_ms())).unref();
    this.#options.failed?.(error);
  }

  #settleIdle(): void {
    if (!this.idle) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

function isAwaited(entry: QueueEntry): boolean {
  return entry.record.kind === 'open';
}
