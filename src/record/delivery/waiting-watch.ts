/**
 * Watches what waits in memory and in the spool after a store became unavailable. During the outage it checks every second; while
 * only the spool has records, less and less often, until the spool is empty. One per store and process. Without an outage it
 * costs nothing. Node only.
 * @module
 */

import type { SpoolState } from '../../model/environment';
import { OUTAGE } from '../../model/limits';

/** The state to watch, and its receivers. */
export interface WaitingTargets {
  /** True if the store is unavailable, or something in memory waits for it. */
  waits(): boolean;
  /** Returns the current state of the spool. Must not reject. */
  spoolState(): Promise<SpoolState | undefined>;
  /** Receives the state of the spool. Must not throw. */
  look(spool: SpoolState | undefined): void;
  /** The store accepts records, and the spool has become smaller. Must not throw. */
  over(): void;
}

/** The watch of one store. It runs from a failure of the store until nothing waits. */
export class WaitingWatch {
  readonly #targets: WaitingTargets;
  #timer: NodeJS.Timeout | undefined;
  #pause_ms: number = OUTAGE.first_measure_ms;
  /** Bytes in the spool when `over` was last called; before that, infinite. */
  #reported_bytes = Number.POSITIVE_INFINITY;
  #ended = false;

  constructor(targets: WaitingTargets) {
    this.#targets = targets;
  }

  /** Call it when the store has become unavailable. */
  begin(): void {
    this.#pause_ms = OUTAGE.first_measure_ms;
    this.#reported_bytes = Number.POSITIVE_INFINITY;
    this.#arm();
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #arm(): void {
    if (!this.#ended) this.#timer ??= setTimeout(() => void this.#tick(), this.#pause_ms).unref();
  }

  async #tick(): Promise<void> {
    const spool = await this.#targets.spoolState();
    this.#timer = undefined;
    if (this.#ended) return;
    this.#targets.look(spool);
    const bytes = spool?.waiting_bytes ?? 0;
    if (this.#targets.waits()) this.#pause_ms = OUTAGE.first_measure_ms;
    else {
      if (bytes < this.#reported_bytes) this.#targets.over();
      this.#reported_bytes = bytes;
      if (bytes === 0) return;
      this.#pause_ms = Math.min(2 * this.#pause_ms, OUTAGE.longest_measure_ms);
    }
    this.#arm();
  }
}
