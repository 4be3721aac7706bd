/**
 * Notifies people of each outage and its end. If there are many within a minute, they are reported together. Node only.
 * @module
 */

import { performance } from 'node:perf_hooks';
import { NOTICES } from '../../model/limits';
import type { Notifier } from '../delivery/store-users';

/** The notices of one store. */
export class OutageNotice {
  readonly #notifier: Notifier;
  /** The times of the recent notices that count towards the limit. */
  readonly #told_ms: number[] = [];
  #told = false;
  /** Outages that were not reported one by one, and their records that passed through the spool. */
  #untold = { outages: 0, taken: 0 };
  #timer: NodeJS.Timeout | undefined;

  constructor(notifier: Notifier) {
    this.#notifier = notifier;
  }

  begun(folder: string): void {
    this.#told = this.#mayTell();
    if (this.#told)
      this.#notifier.notify(
        `The store is unavailable. Records go to the spool ${folder} until it is available again.`,
      );
    else {
      this.#untold.outages += 1;
      this.#timer ??= setTimeout(() => this.sumUp(), NOTICES.outage_every_ms).unref();
    }
  }

  #mayTell(): boolean {
    const now_ms = performance.now();
    while (this.#told_ms[0] !== undefined && now_ms - this.#told_ms[0] >= NOTICES.outage_every_ms)
      this.#told_ms.shift();
    if (this.#told_ms.length >= NOTICES.outages) return false;
    this.#told_ms.push(now_ms);
    return true;
  }

  over(taken: number): void {
    if (this.#told)
      this.#notifier.notify(`The store is available again; ${taken} were imported from the spool.`);
    else this.#untold.taken += taken;
  }

  /** Reports what was not reported yet. */
  sumUp(): void {
    const { outages, taken } = this.#untold;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#untold = { outages: 0, taken: 0 };
    if (outages === 0) return;
    const times = outages === 1 ? 'once more' : `${outages} more times`;
    this.#notifier.notify(
      `The store was unavailable ${times} within a minute; ${taken} were imported from the spool since.`,
    );
  }
}
