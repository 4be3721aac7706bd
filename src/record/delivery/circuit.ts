/**
 * Keeps calls away from a store that does not answer, and lets one through now and then to see whether it does again.
 * Every call has a deadline. Node only.
 * @module
 */

import { performance } from 'node:perf_hooks';
import { ProvenanceError } from '../../errors';
import { STORE_CALL } from '../../model/limits';
import { withTimeout } from '../../model/with-timeout';

/** `closed`: calls are let through. `open`: none is. `half-open`: one is, as a probe. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** How soon a circuit opens, and how long it stays open. */
export interface CircuitOptions {
  /** Failures in a row that open it. At most 3, the default. */
  failures?: number;
  /** First pause before a probe; doubles with each that fails. 500 ms. */
  first_pause_ms?: number;
  /** 30 s. */
  longest_pause_ms?: number;
  /** Which errors count; others pass through and count as an answer. All. */
  counts?: (error: unknown) => boolean;
  /** Errors that no waiting mends: after one, the pause is the longest of all (30 s) at once. None. */
  lasts?: (error: unknown) => boolean;
  onChange?: (state: CircuitState) => void;
  /** Tests: a clock and a die. */
  now?: () => number;
  random?: () => number;
}

/** The circuit in front of one store. */
export class Circuit {
  #failed = 0;
  #pauses = 0;
  #next_probe = 0;
  #probing = false;
  readonly #now: () => number;
  readonly #random: () => number;

  readonly #options: CircuitOptions;

  constructor(options: CircuitOptions = {}) {
    this.#options = options;

    this.#now = options.now ?? (() => performance.now());
    this.#random = options.random ?? Math.random;
  }

  get #threshold(): number {
    return Math.min(STORE_CALL.failures, this.#options.failures ?? STORE_CALL.failures);
  }

  get state(): CircuitState {
    if (this.#failed < this.#threshold) return 'closed';
    return this.#probing || this.#now() >= this.#next_probe ? 'half-open' : 'open';
  }

  /** Milliseconds until a probe is let through; 0 when calls are. */
  get wait_ms(): number {
    return this.state === 'open' ? this.#next_probe - this.#now() : 0;
  }

  /**
   * Calls when the circuit lets it, with a deadline of at most 1 s; rejects at once with
   * `STORE_UNREACHABLE` when it does not.
   */
  async call<T>(action: () => Promise<T>, deadline_ms: number = STORE_CALL.limit_ms): Promise<T> {
    const state = this.state;
    if (state === 'open' || (state === 'half-open' && this.#probing))
      throw new ProvenanceError('STORE_UNREACHABLE', 'The store does not answer; it is tried again shortly.');
    this.#probing = state === 'half-open';
    try {
      const limit_ms = Math.min(deadline_ms, STORE_CALL.limit_ms);
      const result = await withTimeout(action(), limit_ms, () => {
        const text = `The store has not answered within ${limit_ms} ms.`;
        throw new ProvenanceError('STORE_UNREACHABLE', text);
      });
      this.#succeeded();
      return result;
    } catch (error) {
      if (this.#options.counts?.(error) === false) this.#succeeded();
      else this.#failure(error);
      throw error;
    }
  }

  /** The next call is let through at once: there is a sign that the store answers again. */
  wake(): void {
    this.#next_probe = this.#now();
  }

  #succeeded(): void {
    const was = this.#failed >= this.#threshold;
    this.#failed = 0;
    this.#pauses = 0;
    this.#probing = false;
    if (was) this.#options.onChange?.('closed');
  }

  #failure(error: unknown): void {
    const was = this.#failed >= this.#threshold;
    // A call that was under way when the circuit opened tells nothing new.
    if (was && !this.#probing) return;
    this.#failed += 1;
    this.#probing = false;
    if (this.#failed < this.#threshold) return;
    const growing =
      (this.#options.first_pause_ms ?? STORE_CALL.first_pause_ms) * 2 ** Math.min(this.#pauses, 30);
    const pause = this.#options.lasts?.(error)
      ? STORE_CALL.lasting_pause_ms
      : Math.min(this.#options.longest_pause_ms ?? STORE_CALL.lasting_pause_ms, growing);
    this.#pauses += 1;
    // Between half and all of it: processes that lost the store together do not come back together.
    this.#next_probe = this.#now() + pause * (0.5 + this.#random() / 2);
    if (!was) this.#options.onChange?.('open');
  }
}
