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
  readonly #notice_times_ms: number[] = [];
  #notified = false;
  /** Outages that were not reported one by one, and their records that passed through the spool. */
  #unreported = { outages: 0, taken: 0 };
  #timer: NodeJS.Timeout | undefined;

  constructor(notifier: Notifier) {
    this.#notifier = notifier;
  }

  begun(folder: string): void {
    this.#notified = this.#mayNotify();
    if (this.#notified)
      this.#notifier.notify(
        `The store is unavailable. Records go to the spool ${folder} until it is available again.`,
      );
    else {
      this.#unreported.outages += 1;
      this.#timer ??= setTimeout(() => this.sumUp(), NOTICES.outage_every_ms).unref();
    }
  }

  #mayNotify(): boolean {
    const now_ms = performance.now();
    while (
      this.#notice_times_ms[0] !== undefined &&
      now_ms - this.#notice_times_ms[0] >= NOTICES.outage_every_ms
    )
      this.#notice_times_ms.shift();
    if (this.#notice_times_ms.length >= NOTICES.outages) return false;
    this.#notice_times_ms.push(now_ms);
    return true;
  }

  over(taken: number): void {
    if (this.#notified)
      this.#notifier.notify(`The store is available again; ${taken} were imported from the spool.`);
    else this.#unreported.taken += taken;
  }

  /** Reports what was not reported yet. */
  sumUp(): void {
    const { outages, taken } = this.#unreported;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#unreported = { outages: 0, taken: 0 };
    if (outages === 0) return;
    const times = outages === 1 ? 'once more' : `${outages} more times`;
    this.#notifier.notify(
      `The store was unavailable ${times} within a minute; ${taken} were imported from the spool since.`,
    );
  }
}
