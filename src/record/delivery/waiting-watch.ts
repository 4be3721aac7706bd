/**
 * Looks after what waits, in memory and in the spool, once a store has taken nothing: every second while it takes nothing, less
 * and less often while only the spool holds something, until that is empty. One per store and process; it costs nothing
 * while all is well. Node only.
 * @module
 */

import type { SpoolState } from '../../model/environment';
import { OUTAGE } from '../../model/limits';

/** What is looked at, and who is told. */
export interface WaitingTargets {
  /** The store takes nothing now, or something in memory waits for it. */
  waits(): boolean;
  /** What is in the spool, read anew. Must not reject. */
  spoolState(): Promise<SpoolState | undefined>;
  /** Must not throw. */
  look(spool: SpoolState | undefined): void;
  /** The store takes records, and what is in the spool is less than it was. Must not throw. */
  over(): void;
}

/** The watch of one store. It runs from a failure of the store until nothing waits. */
export class WaitingWatch {
  readonly #targets: WaitingTargets;
  #timer: NodeJS.Timeout | undefined;
  #pause_ms: number = OUTAGE.first_measure_ms;
  /** In the spool when `over` was last told; more than any before that. */
  #told_bytes = Number.POSITIVE_INFINITY;
  #ended = false;

  constructor(targets: WaitingTargets) {
    this.#targets = targets;
  }

  /** The store has just taken nothing. */
  begin(): void {
    this.#pause_ms = OUTAGE.first_measure_ms;
    this.#told_bytes = Number.POSITIVE_INFINITY;
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
      if (bytes < this.#told_bytes) this.#targets.over();
      this.#told_bytes = bytes;
      if (bytes === 0) return;
      this.#pause_ms = Math.min(2 * this.#pause_ms, OUTAGE.longest_measure_ms);
    }
    this.#arm();
  }
}
