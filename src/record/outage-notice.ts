/**
 * Tells people that the store takes nothing, and that it does again: at most one such pair a minute. Node only.
 * @module
 */
import { performance } from 'node:perf_hooks';

const EVERY_MS = 60_000;

export class OutageNotice {
  readonly #say: (message: string) => void;
  #told = false;
  #last_ms = Number.NEGATIVE_INFINITY;

  constructor(say: (message: string) => void) {
    this.#say = say;
  }

  begun(folder: string): void {
    this.#told = performance.now() - this.#last_ms >= EVERY_MS;
    if (!this.#told) return;
    this.#last_ms = performance.now();
    this.#say(
      `The store takes no records now. They go to the spool ${folder}, and into the store when it does again.`,
    );
  }

  over(taken: number): void {
    if (this.#told) this.#say(`The store takes records again; ${taken} were taken in from the spool.`);
  }
}
