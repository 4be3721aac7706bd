/**
 * One time limit for several consecutive steps. Node only.
 * @module
 */
import { performance } from 'node:perf_hooks';
import { withTimeout } from '../model/with-timeout';

/** A shared time limit of steps. It starts when it is created. */
export class Deadline {
  readonly #end_ms: number;

  constructor(timeout_ms: number) {
    this.#end_ms = performance.now() + timeout_ms;
  }

  /** The remaining time in milliseconds; 0 after its end. */
  get left_ms(): number {
    return Math.max(0, this.#end_ms - performance.now());
  }

  /** Waits for a step until the limit, whether it succeeds or fails. Never rejects. */
  async wait(step: Promise<unknown>): Promise<void> {
    await withTimeout(step, this.left_ms).catch(() => undefined);
  }
}
