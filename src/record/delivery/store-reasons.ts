/**
 * Reports to people why a store accepts no records: once per outage, and at most one line a minute. A refusal is always reported,
 * because only a person can correct it. Node only.
 * @module
 */

import { performance } from 'node:perf_hooks';
import { NOTICES } from '../../model/limits';
import { isRefusal } from '../store-errors';
import type { Notifier } from './store-users';

/** The reasons of one store. */
export class StoreReasons {
  readonly #notifier: Notifier;
  #warned = false;
  #warned_of_refusal = false;
  #warned_ms = Number.NEGATIVE_INFINITY;

  constructor(notifier: Notifier) {
    this.#notifier = notifier;
  }

  /** The store accepts records again. */
  over(): void {
    this.#warned = false;
    this.#warned_of_refusal = false;
  }

  failed(error: unknown): void {
    const now_ms = performance.now();
    const refusal = isRefusal(error) && !this.#warned_of_refusal;
    if (refusal || (!this.#warned && now_ms - this.#warned_ms >= NOTICES.reason_every_ms)) {
      this.#warned_ms = now_ms;
      const words = error instanceof Error ? error.message : String(error);
      this.#notifier.notify(`${words} Records wait and are retried.`);
    }
    this.#warned = true;
    this.#warned_of_refusal ||= refusal;
  }
}
