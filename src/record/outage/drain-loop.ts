/**
 * Ends an outage. As soon as the store answers, it imports the spool until little is left. New records then go directly to the
 * store again. Node only.
 * @module
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { OUTAGE, STORE_CALL } from '../../model/limits';
import type { GroupQueue } from '../delivery/queue';
import type { StoreConnection } from '../delivery/store-connection';
import type { SpoolIntake } from './spool-intake';

/** The outage that the loop ends. */
export interface LoopTarget {
  /** True if records go to the spool or are held. */
  readonly lasting: boolean;
  /** Moves waiting entries from the queue to the spool. */
  sweep(): void;
  /** Imports the small rest of the spool while new records are held. Never rejects. */
  finish(): Promise<void>;
}

/** Dependencies of the loop. */
export interface DrainLoopParts {
  connection: StoreConnection;
  queue: GroupQueue;
  intake: SpoolIntake;
  target: LoopTarget;
  /** Aborts when everything is being closed. */
  closing: AbortSignal;
}

/** The loop of one store in this process. It runs only during outages. */
export class DrainLoop {
  readonly #parts: DrainLoopParts;
  #running: Promise<void> | undefined;
  #failures = 0;
  #waiting = new AbortController();

  constructor(parts: DrainLoopParts) {
    this.#parts = parts;
  }

  /** Runs until the outage is over. A second call has no effect. */
  begin(): void {
    const { target, closing } = this.#parts;
    this.#running ??= this.#untilOver().finally(() => {
      this.#running = undefined;
      if (target.lasting && !closing.aborted) this.begin();
    });
  }

  /** Ends the current wait, because the store has answered or everything is being closed. */
  wake(): void {
    this.#waiting.abort();
  }

  async #untilOver(): Promise<void> {
    const { intake, target, closing } = this.#parts;
    while (!closing.aborted && target.lasting) {
      await this.#storeMayAnswer();
      if (closing.aborted) return;
      if (!(await this.#queueWritten())) continue;
      const [started, taken] = [performance.now(), intake.taken];
      if (!(await intake.take(closing).catch(() => false))) {
        this.#failures += 1;
        continue;
      }
      this.#failures = 0;
      const quick = performance.now() - started <= OUTAGE.short_intake_ms;
      if (quick || intake.taken - taken <= OUTAGE.short_intake_records) await target.finish();
    }
  }

  /** Waits until calls pass and the store has answered earlier ones, or has been stuck on them for long. */
  async #storeMayAnswer(): Promise<void> {
    const { connection } = this.#parts;
    const answered = connection.allAnswered();
    const doublings = Math.min(this.#failures, OUTAGE.pause_doublings);
    const pause_ms = this.#failures === 0 ? 0 : OUTAGE.first_pause_ms * 2 ** doublings;
    await this.#wait(Math.max(1, pause_ms, connection.wait_ms));
    if (connection.quiet) return;
    // A stuck store gets no second call: docs/design/spool.md#during-an-outage.
    await Promise.race([answered, this.#wait(STORE_CALL.stuck_ms)]);
  }

  /**
   * Waits until the entries that were in the queue before the outage are written or spooled. Returns false if everything is being
   * closed.
   */
  async #queueWritten(): Promise<boolean> {
    const { queue, connection, target, closing } = this.#parts;
    while (!queue.idle) {
      if (closing.aborted) return false;
      if (!connection.healthy) target.sweep();
      if (!queue.idle) await this.#wait(OUTAGE.queue_look_ms);
    }
    return true;
  }

  /** Waits, but ends early if the store answers or everything is closed. */
  async #wait(delay_ms: number): Promise<void> {
    this.#waiting = new AbortController();
    if (this.#parts.closing.aborted) return;
    const { signal } = this.#waiting;
    await pause(delay_ms, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
