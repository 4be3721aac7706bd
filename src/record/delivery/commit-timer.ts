/**
 * The timer behind the next commit. A shorter delay replaces a longer one; a retry is not shortened. Node only.
 * @module
 */
import { QUEUE } from '../../model/limits';

/** Writes the next group when its time has come. Must not throw. */
export interface CommitTarget {
  write(): Promise<void>;
}

/** The timer of one queue: one commit is scheduled at most. */
export class CommitTimer {
  readonly #target: CommitTarget;
  #scheduled: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #gathering = false;
  #delay_ms = 0;
  #failures = 0;

  constructor(target: CommitTarget) {
    this.#target = target;
  }

  /** Within `delay_ms` at the latest. */
  gather(delay_ms: number): void {
    if (this.#scheduled && !(this.#gathering && delay_ms < this.#delay_ms)) return;
    clearTimeout(this.#scheduled as NodeJS.Timeout);
    this.#gathering = true;
    this.#delay_ms = delay_ms;
    this.#scheduled = setTimeout(() => this.#fire(), delay_ms);
  }

  /** At the end of this turn of the event loop; not while a retry waits. */
  now(): void {
    if (this.#failures > 0 || (this.#scheduled && !this.#gathering)) return;
    clearTimeout(this.#scheduled as NodeJS.Timeout);
    this.#gathering = false;
    this.#scheduled = setImmediate(() => this.#fire());
  }

  /** Again after a failure, each later than the one before, and not before `pause_ms`. */
  retry(pause_ms: number): void {
    const delay_ms = Math.min(QUEUE.first_retry_ms * 2 ** this.#failures++, QUEUE.longest_retry_ms);
    this.#scheduled = setTimeout(() => this.#fire(), Math.max(delay_ms, pause_ms)).unref();
  }

  /** A group was written: the next failure is the first. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** Forgets what is scheduled, and earlier failures. */
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
