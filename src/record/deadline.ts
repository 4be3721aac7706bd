/**
 * One limit for several steps that follow each other. Node only.
 * @module
 */
import { performance } from 'node:perf_hooks';
import { withTimeout } from '../model/with-timeout';

/** An instant that steps share as their limit. Starts to run when it is made. */
export class Deadline {
  readonly #end_ms: number;

  constructor(timeout_ms: number) {
    this.#end_ms = performance.now() + timeout_ms;
  }

  /** What is left of the time, in milliseconds; 0 when it is over. */
  get left_ms(): number {
    return Math.max(0, this.#end_ms - performance.now());
  }

  /** Waits for a step as long as the time lasts, however the step ends. Never rejects. */
  async wait(step: Promise<unknown>): Promise<void> {
    await withTimeout(step, this.left_ms).catch(() => undefined);
  }
}
