/**
 * The way out of an outage: as soon as the store lets it, the spool is taken in, until so little is left that new records can
 * go to the store again. Node only.
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
  /** Records go to the spool, or are held back. */
  readonly lasting: boolean;
  /** Moves what waits in the queue to the spool. */
  sweep(): void;
  /** Little is left in the spool: takes in the rest with new records held back. Never rejects. */
  finish(): Promise<void>;
}

/** What the loop works with. */
export interface DrainLoopParts {
  connection: StoreConnection;
  queue: GroupQueue;
  intake: SpoolIntake;
  target: LoopTarget;
  /** All is being closed. */
  closing: AbortSignal;
}

/** One per store and process; it runs during outages alone. */
export class DrainLoop {
  readonly #parts: DrainLoopParts;
  #running: Promise<void> | undefined;
  #failures = 0;
  #waiting = new AbortController();

  constructor(parts: DrainLoopParts) {
    this.#parts = parts;
  }

  /** Runs until the outage is over; a second call does nothing. */
  begin(): void {
    const { target, closing } = this.#parts;
    this.#running ??= this.#untilOver().finally(() => {
      this.#running = undefined;
      if (target.lasting && !closing.aborted) this.begin();
    });
  }

  /** The store has answered, or all is being closed: nothing is waited for. */
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

  /** Until calls are let through and the store has answered those before, or is stuck on them for long. */
  async #storeMayAnswer(): Promise<void> {
    const { connection } = this.#parts;
    const answered = connection.allAnswered();
    const doublings = Math.min(this.#failures, OUTAGE.pause_doublings);
    const pause_ms = this.#failures === 0 ? 0 : OUTAGE.first_pause_ms * 2 ** doublings;
    await this.#wait(Math.max(1, pause_ms, connection.wait_ms));
    if (connection.quiet) return;
    await Promise.race([answered, this.#wait(STORE_CALL.stuck_ms)]);
  }

  /** What waited in the queue before the spool was begun goes first. False: it does not go. */
  async #queueWritten(): Promise<boolean> {
    const { queue, connection, target, closing } = this.#parts;
    while (!queue.idle) {
      if (closing.aborted) return false;
      if (!connection.healthy) target.sweep();
      if (!queue.idle) await this.#wait(OUTAGE.queue_look_ms);
    }
    return true;
  }

  /** Ends early when the store answers or all is closed. */
  async #wait(delay_ms: number): Promise<void> {
    this.#waiting = new AbortController();
    if (this.#parts.closing.aborted) return;
    const { signal } = this.#waiting;
    await pause(delay_ms, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
