/**
 * A store as its owner sees it: statements of one form for both databases, and write transactions that may change what is
 * final, leaving tombstones. Nothing but upkeep opens a store like this. Node only.
 *
 * This folder owns what an owner does to a whole store: retention, purge, scan, backup, moving it. The durable operations
 * and the command line use it; capture never does.
 * @module
 */
import type { Burial } from '../store/tombstones';

/** A value of a column, read or written. */
export type ColumnValue = string | number | boolean | null | Uint8Array;
/** A row of an answer, by column. */
export type Row = { [column: string]: ColumnValue };

/** Runs statements with `?` for values. */
export interface Statements {
  query<Found extends Row>(text: string, values?: readonly ColumnValue[]): Promise<Found[]>;
}

/** A write transaction that may change what is final. */
export interface UpkeepTransaction extends Statements {
  /** Leaves a tombstone; enters what stands there now in the chain. */
  bury(burial: Burial): Promise<void>;
}

/** An open store. */
export interface UpkeepDatabase extends Statements {
  readonly dialect: 'sqlite' | 'postgres';
  readonly location: string;
  /** One write transaction in which final documents may be changed. Rolled back when `body` rejects. */
  transaction<Result>(body: (transaction: UpkeepTransaction) => Promise<Result>): Promise<Result>;
  /**
   * Gives back the room of what was removed, and leaves nothing of it in free pages. Not in a transaction.
   * @param tables where something was removed; all when absent
   * @throws (rejects) STORE_BUSY when others hold the log of a SQLite file just now
   */
  compact(tables?: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** So many `?`, for `IN (…)`. */
export function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}
