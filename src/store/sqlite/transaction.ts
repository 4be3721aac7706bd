/**
 * Write transactions: `BEGIN IMMEDIATE`, `state_id` + 1, everything that is remembered forgotten when they roll back. Node only.
 * @module
 */
import type { Database, Statement } from './connection';

/** What keeps state between the statements of a transaction, or ids of rows that it wrote. */
export interface Participant {
  finish?(state_id: number): void;
  forget(): void;
}

export class Transactions {
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #rollback: Statement;
  readonly #advance: Statement;
  readonly #db: Database;
  readonly #participants: readonly Participant[];

  constructor(db: Database, participants: readonly Participant[]) {
    this.#db = db;
    this.#participants = participants;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
    this.#advance = db.prepare('UPDATE storage SET state_id = state_id + 1 RETURNING state_id').pluck();
  }

  /** Runs `body` with the new state's id; all of it is durable when this returns, none of it when it throws. */
  run<T>(body: (state_id: number) => T): T {
    this.#begin.run();
    try {
      const state_id = this.#advance.get() as number;
      const result = body(state_id);
      for (const participant of this.#participants) participant.finish?.(state_id);
      this.#commit.run();
      return result;
    } catch (error) {
      if (this.#db.inTransaction) this.#rollback.run();
      for (const participant of this.#participants) participant.forget();
      throw error;
    }
  }
}
