/**
 * The time of one opening: its budget, which stands still while the lab's rules run, and the time of those. Node only.
 * @module
 */

import { performance } from 'node:perf_hooks';
import { OPENING } from '../../model/limits';
import { withTimeout } from '../../model/with-timeout';

/** What the attempt itself allows. */
export interface AttemptLimits {
  /** The budget, where what is given to the opening is only what is left of it, in milliseconds. @defaultValue what is given */
  whole_ms?: number;
  /** What rules may take so that a refusal is still in time, in milliseconds. */
  rules_ms?: number;
  /** Aborts when nobody wants the attempt any more: rules are not waited for then. */
  signal?: AbortSignal;
}

/** Rules that took too long. */
export interface Overrun {
  late_ms: number;
}

/** Starts to run when it is made. */
export class OpeningClock {
  readonly #late: () => void;
  readonly #attempt: AttemptLimits;
  readonly #rules_ms: number;
  readonly #started = performance.now();
  #left_ms: number;
  #since = this.#started;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  /** `late` is called when the budget is over, unless `end` was before. */
  constructor(budget_ms: number, attempt: AttemptLimits, late: () => void) {
    this.#late = late;
    this.#attempt = attempt;
    this.#rules_ms = Math.max(0, Math.min(OPENING.rules_ms, attempt.rules_ms ?? OPENING.rules_ms));
    this.#left_ms = budget_ms;
    this.#timer = setTimeout(late, budget_ms);
  }

  /** What is left of the budget. */
  get left_ms(): number {
    const running = this.#timer === undefined ? 0 : performance.now() - this.#since;
    return Math.max(0, this.#left_ms - running);
  }

  /** The opening is answered. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** What the rules say, or that their time is over. An opening that is answered waits for them to the end. */
  async rules<T>(judging: Promise<T>): Promise<T | Overrun> {
    if (this.#ended) return judging;
    this.#pause();
    const left_ms = this.#rules_ms - (performance.now() - this.#started);
    const { signal } = this.#attempt;
    const unwanted = () => this.#late();
    if (signal?.aborted) unwanted();
    else signal?.addEventListener('abort', unwanted, { once: true });
    try {
      const late = (): T | Overrun | Promise<T> =>
        this.#ended ? judging : { late_ms: Math.round(this.#rules_ms) };
      return await withTimeout(judging, Math.max(0, left_ms), late);
    } finally {
      signal?.removeEventListener('abort', unwanted);
      if (!this.#ended) this.#run();
    }
  }

  #run(): void {
    this.#since = performance.now();
    this.#timer = setTimeout(this.#late, this.#left_ms);
  }

  #pause(): void {
    this.#left_ms = this.left_ms;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
