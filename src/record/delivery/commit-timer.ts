/**
 * The timer of the next commit. A shorter delay replaces a longer one, but never shortens a retry. Node only.
 * @module
 */
import { QUEUE } from '../../model/limits';

/** Writes the next group when the timer fires. Must not throw. */
export interface CommitTarget {
  write(): Promise<void>;
}

/** The timer of one queue. At most one commit is scheduled. */
export class CommitTimer {
  readonly #target: CommitTarget;
  #scheduled: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #gathering = false;
  #delay_ms = 0;
  #failures = 0;

  constructor(target: CommitTarget) {
    this.#target = target;
  }

  /** Schedules a commit after at most `delay_ms`. */
  gather(delay_ms: number): void {
    if (this.#scheduled && !(this.#gathering && delay_ms < this.#delay_ms)) return;
    clearTimeout(this.#scheduled as NodeJS.Timeout);
    this.#gathering = true;
    this.#delay_ms = delay_ms;
    this.#scheduled = setTimeout(() => this.#fire(), delay_ms);
  }

  /** Schedules a commit at the end of this turn of the event loop, unless a retry is scheduled. */
  now(): void {
    if (this.#failures > 0 || (this.#scheduled && !this.#gathering)) return;
    clearTimeout(this.#scheduled as NodeJS.Timeout);
    this.#gathering = false;
    this.#scheduled = setImmediate(() => this.#fire());
  }

  /** Schedules a retry after a failure. Each pause is longer than the last one, and at least `pause_ms`. */
  retry(pause_ms: number): void {
    const delay_ms = Math.min(QUEUE.first_retry_ms * 2 ** this.#failures++, QUEUE.longest_retry_ms);
    this.#scheduled = setTimeout(() => this.#fire(), Math.max(delay_ms, pause_ms)).unref();
  }

  /** Resets the back-off after a group was written. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** Cancels the scheduled commit and resets the back-off. */
  reset(): void {
    this.#failures = 0;
    this.stop();
  }

  stop(): void {
    clearTimeout(this.#scheduled as NodeJS.Timeout);
    this.#scheduled = undefined;
    this.#gathering = false;
  }

  #fire(): void {
    this.#scheduled = undefined;
    this.#gathering = false;
    void this.#target.write();
  }
}
