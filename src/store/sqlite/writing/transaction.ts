/**
 * Write transactions: `BEGIN IMMEDIATE`, then `state_id` + 1. After a rollback all cached values are dropped. Node only.
 * This folder owns how records are written to a SQLite store. The engine assembles it.
 * @module
 */
import { BUSY_TIMEOUT_MS, type Database, type Statement } from '../connection/connection';
import type { StoreState } from '../identity/state';

/** A part that keeps state between the statements of a transaction, or ids of rows that it wrote. */
export interface Participant {
  finish?(state_id: number): void;
  forget(): void;
}

/** Deriving gives up early, because records must not wait for it. */
const DERIVING_PATIENCE_MS = 20;

/** Runs write transactions on one connection. */
export class Transactions {
  readonly #begin: Statement;
  readonly #impatient: Statement;
  readonly #patient: Statement;
  readonly #pause = new Int32Array(new SharedArrayBuffer(4));
  readonly #commit: Statement;
  readonly #rollback: Statement;
  readonly #state: StoreState;
  readonly #db: Database;
  readonly #participants: readonly Participant[];

  constructor(db: Database, state: StoreState, participants: readonly Participant[]) {
    this.#db = db;
    this.#participants = participants;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#impatient = db.prepare('PRAGMA busy_timeout = 0');
    this.#patient = db.prepare(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
    this.#state = state;
  }

  /** Runs `body` with the new state's id. All of it is durable when this returns; none of it if it throws. */
  run<T>(body: (state_id: number) => T): T {
    this.#beginWhenFree(BUSY_TIMEOUT_MS);
    try {
      const state_id = this.#state.next();
      const result = body(state_id);
      for (const participant of this.#participants) participant.finish?.(state_id);
      this.#commit.run();
      return result;
    } catch (error) {
      if (this.#db.inTransaction) this.#rollback.run();
      for (const participant of [this.#state, ...this.#participants]) participant.forget();
      throw error;
    }
  }

  /**
   * Runs a transaction that writes only derived rows, so the store's state stays unchanged. `body` must await only synchronous
   * statements, so that no other call comes in between.
   * @throws (rejects) if another process is writing
   */
  async derive<T>(body: () => Promise<T>): Promise<T> {
    this.#beginWhenFree(DERIVING_PATIENCE_MS);
    try {
      this.#state.check();
      const result = await body();
      this.#commit.run();
      return result;
    } catch (error) {
      if (this.#db.inTransaction) this.#rollback.run();
      throw error;
    }
  }

  /**
   * Waits for other processes' transactions here, not in the driver. If a thread is terminated while the driver waits, the driver
   * fails to throw, and the whole process ends.
   */
  #beginWhenFree(patience_ms: number): void {
    const deadline = performance.now() + patience_ms;
    this.#impatient.get();
    try {
      for (;;) {
        try {
          this.#begin.run();
          return;
        } catch (error) {
          const busy = String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');
          if (!busy || performance.now() > deadline) throw error;
          Atomics.wait(this.#pause, 0, 0, 1 + Math.random() * 9);
        }
      }
    } finally {
      this.#patient.get();
    }
  }
}
