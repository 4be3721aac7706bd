/**
 * A circuit breaker: it stops calls to a store that does not answer, and sometimes lets one through as a probe. Every call has a
 * deadline. Node only.
 * @module
 */

import { performance } from 'node:perf_hooks';
import { ProvenanceError } from '../../errors';
import { STORE_CALL } from '../../model/limits';
import { withTimeout } from '../../model/with-timeout';

/** `closed`: calls pass. `open`: no call passes. `half-open`: one call passes as a probe. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** When a circuit opens, and how long it stays open. */
export interface CircuitOptions {
  /** Consecutive failures that open it. At most 3. @defaultValue 3 */
  failures?: number;
  /** The first pause before a probe. It doubles with each failed probe. @defaultValue 500 ms */
  first_pause_ms?: number;
  /** @defaultValue 30 s */
  longest_pause_ms?: number;
  /** Errors that count as failures. Other errors are passed on and count as an answer. @defaultValue all */
  counts?: (error: unknown) => boolean;
  /** True for a permanent error. After one, the pause is at once the longest (30 s). @defaultValue none */
  lasts?: (error: unknown) => boolean;
  onChange?: (state: CircuitState) => void;
  /** Tests replace the clock and the random numbers. */
  now?: () => number;
  random?: () => number;
}

/** The circuit breaker of one store. */
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

  /** Milliseconds until a probe may pass; 0 if calls pass. */
  get wait_ms(): number {
    return this.state === 'open' ? this.#next_probe - this.#now() : 0;
  }

  /** Runs a call with a deadline of at most 1 s. If the circuit is open, rejects at once with `STORE_UNREACHABLE`. */
  async call<T>(action: () => Promise<T>, deadline_ms: number = STORE_CALL.limit_ms): Promise<T> {
    const state = this.state;
    if (state === 'open' || (state === 'half-open' && this.#probing))
      throw new ProvenanceError(
        'STORE_UNREACHABLE',
        'The store does not answer; the next attempt follows shortly.',
      );
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

  /** Lets the next call pass at once, because there is a sign that the store answers again. */
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
    // A call that began before the circuit opened tells nothing new.
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
    // Between half and all of the pause, so that processes that lost the store together do not return together.
    this.#next_probe = this.#now() + pause * (0.5 + this.#random() / 2);
    if (!was) this.#options.onChange?.('open');
  }
}
