/**
 * When the next group is written: at once when little is going on; a few milliseconds later when more records are likely to
 * come, so that they share the commit. Node only.
 * @module
 */
import { QUEUE } from '../../model/limits';
import { isAwaited, type QueueEntry } from './entry';

/** The state that the delay of the next commit depends on. The queue reports each entry and each group to it. */
export class CommitTiming {
  /** Waiting records that somebody waits for: openings. */
  #awaited = 0;
  /** When the first of them has waited as long as it may. */
  #due = Number.POSITIVE_INFINITY;
  /** Openings that the next commit may expect. */
  #expected = 1;
  #lastCommit = 0;
  /** Runs that are open: how much is going on. */
  #inFlight = 0;

  /** A run opens. */
  entered(): void {
    this.#inFlight += 1;
  }

  /** A run is over, or will not be recorded. */
  left(): void {
    if (this.#inFlight > 0) this.#inFlight -= 1;
  }

  /** An entry waits. */
  waits(entry: QueueEntry): void {
    if (!isAwaited(entry)) return;
    this.#awaited += 1;
    this.#due = Math.min(this.#due, performance.now() + (entry.patience_ms ?? 0));
  }

  /** Entries do not wait any more: they are a group. */
  taken(group: readonly QueueEntry[]): void {
    for (const entry of group) if (isAwaited(entry)) this.#awaited -= 1;
    if (this.#awaited === 0) this.#due = Number.POSITIVE_INFINITY;
  }

  /** No entry waits any more. */
  clear(): void {
    this.#awaited = 0;
    this.#due = Number.POSITIVE_INFINITY;
  }

  /**
   * The store has answered a group. The next one may expect an opening more if others came meanwhile. To be called before the
   * answers are given, since each answer may let the next run of a chain open.
   */
  answered(group: readonly QueueEntry[]): void {
    this.#expected = group.filter(isAwaited).length + (this.#awaited > 0 ? 1 : 0);
  }

  /** A group has its answers. */
  committed(): void {
    this.#lastCommit = performance.now();
  }

  /** How long to gather before the next group is written, in milliseconds; 0: at once. `records`: those that wait. */
  delay_ms(records: number): number {
    // Why commits are shared, and when: docs/decisions/0002.
    if (this.#awaited === 0) return QUEUE.linger_ms;
    if (this.#worthGathering(records)) return QUEUE.gather_ms;
    return this.#othersWillCome() ? this.#due - performance.now() : 0;
  }

  /** More records are likely to come within milliseconds than wait now. */
  #worthGathering(records: number): boolean {
    if (this.#inFlight < QUEUE.gather_from_runs || records >= Math.min(this.#inFlight, QUEUE.group_records))
      return false;
    return performance.now() - this.#lastCommit < QUEUE.idle_after_ms;
  }

  /**
   * Fewer openings wait than the last commit had, which more were waiting behind: they come by themselves, and the next are
   * waited for. A chain of runs, each after the other, never has one waiting behind another.
   */
  #othersWillCome(): boolean {
    // See docs/decisions/0002.
    return this.#awaited < this.#expected && this.#due - performance.now() >= 1;
  }
}
