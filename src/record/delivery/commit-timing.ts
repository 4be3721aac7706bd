/**
 * Decides when the next group is written. With little load it is written at once. If more records are likely to arrive, it is
 * written a few milliseconds later, so that they share the commit. Node only.
 * @module
 */
import { QUEUE } from '../../model/limits';
import { isAwaited, type QueueEntry } from './entry';

/** The state that the delay of the next commit depends on. The queue reports each entry and each group to it. */
export class CommitTiming {
  /** Waiting openings, i.e. records that an activity waits for. */
  #awaited = 0;
  /** The time at which the first of them must be written. */
  #due = Number.POSITIVE_INFINITY;
  /** The number of openings that the next commit may expect. */
  #expected = 1;
  #lastCommit = 0;
  /** The number of open runs, as a measure of load. */
  #inFlight = 0;

  /** A run opens. */
  entered(): void {
    this.#inFlight += 1;
  }

  /** A run has ended, or will not be recorded. */
  left(): void {
    if (this.#inFlight > 0) this.#inFlight -= 1;
  }

  /** An entry begins to wait. */
  waits(entry: QueueEntry): void {
    if (!isAwaited(entry)) return;
    this.#awaited += 1;
    this.#due = Math.min(this.#due, performance.now() + (entry.patience_ms ?? 0));
  }

  /** Entries stop waiting because they form a group. */
  taken(group: readonly QueueEntry[]): void {
    for (const entry of group) if (isAwaited(entry)) this.#awaited -= 1;
    if (this.#awaited === 0) this.#due = Number.POSITIVE_INFINITY;
  }

  /** Removes all waiting entries. */
  clear(): void {
    this.#awaited = 0;
    this.#due = Number.POSITIVE_INFINITY;
  }

  /**
   * The store has answered a group. If others arrived meanwhile, one more opening is expected next. Call it before the answers
   * are passed on, because each answer may let the next run of a chain open.
   */
  answered(group: readonly QueueEntry[]): void {
    this.#expected = group.filter(isAwaited).length + (this.#awaited > 0 ? 1 : 0);
  }

  /** A group has its answers. */
  committed(): void {
    this.#lastCommit = performance.now();
  }

  /**
   * Returns how long to wait before the next group is written, in milliseconds; 0: not at all. `records`: the number that waits.
   */
  delay_ms(records: number): number {
    // Commits are shared: docs/decisions/0002.
    if (this.#awaited === 0) return QUEUE.linger_ms;
    if (this.#worthGathering(records)) return QUEUE.gather_ms;
    return this.#expectsMore() ? this.#due - performance.now() : 0;
  }

  /** True if more records than the waiting ones are likely to arrive within milliseconds. */
  #worthGathering(records: number): boolean {
    if (this.#inFlight < QUEUE.gather_from_runs || records >= Math.min(this.#inFlight, QUEUE.group_records))
      return false;
    return performance.now() - this.#lastCommit < QUEUE.idle_after_ms;
  }

  /**
   * True if fewer openings wait than expected: others opened in parallel before and probably will again. In a chain of runs, one
   * after the other, no opening ever waits behind another.
   */
  #expectsMore(): boolean {
    // See docs/decisions/0002.
    return this.#awaited < this.#expected && this.#due - performance.now() >= 1;
  }
}
