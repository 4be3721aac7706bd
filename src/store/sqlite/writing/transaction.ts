/**
 * Write transactions: `BEGIN IMMEDIATE`, `state_id` + 1, everything that is remembered forgotten when they roll back. Node only.
 *
 * This folder owns what is written to a SQLite store, and how a group of records gets there. The engine puts it together.
 * @module
 */
import { BUSY_TIMEOUT_MS, type Database, type Statement } from '../connection/connection';
import type { StoreState } from '../identity/state';

/** What keeps state between the statements of a transaction, or ids of rows that it wrote. */
export interface Participant {
  finish?(state_id: number): void;
  forget(): void;
}

/** Records must not wait for what is derived: it can wait itself. */
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

  /** Runs `body` with the new state's id; all of it is durable when this returns, none of it when it throws. */
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
   * A transaction that writes what is derived alone: the store's state stays as it is. `body` waits for nothing but what is at hand,
   * so that no other call comes in between.
   * @throws (rejects) when another process writes just now
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
   * Waits for other processes' transactions here, not in the driver: a thread that is ended while the driver waits takes
   * the whole process with it, for the driver then fails to throw.
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
