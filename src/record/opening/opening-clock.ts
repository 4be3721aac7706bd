/**
 * The clock of one opening: its budget, which pauses while the lab's rules run, and the time limit of the rules. Node only.
 * @module
 */

import { performance } from 'node:perf_hooks';
import { OPENING } from '../../model/limits';
import { withTimeout } from '../../model/with-timeout';

/** Time limits of the attempt itself. */
export interface AttemptLimits {
  /** The whole budget in milliseconds, if the opening receives only the rest of it. @defaultValue the given budget */
  whole_ms?: number;
  /** The time limit of rules in milliseconds, so that a refusal is still in time. */
  rules_ms?: number;
  /** Aborts when the attempt is no longer needed. The opening then stops waiting for rules. */
  signal?: AbortSignal;
}

/** Rules that exceeded their time. */
export interface Overrun {
  late_ms: number;
}

/** The clock of one opening. It starts when it is created. */
export class OpeningClock {
  readonly #late: () => void;
  readonly #attempt: AttemptLimits;
  readonly #rules_ms: number;
  readonly #started = performance.now();
  #left_ms: number;
  #since = this.#started;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  /** Calls `late` when the budget is over, unless `end` was called before. */
  constructor(budget_ms: number, attempt: AttemptLimits, late: () => void) {
    this.#late = late;
    this.#attempt = attempt;
    this.#rules_ms = Math.max(0, Math.min(OPENING.rules_ms, attempt.rules_ms ?? OPENING.rules_ms));
    this.#left_ms = budget_ms;
    this.#timer = setTimeout(late, budget_ms);
  }

  /** The rest of the budget in milliseconds. */
  get left_ms(): number {
    const running = this.#timer === undefined ? 0 : performance.now() - this.#since;
    return Math.max(0, this.#left_ms - running);
  }

  /** Call it when the opening is answered. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Returns the result of the rules, or an overrun. After the opening was answered, it waits for the rules to finish. */
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
