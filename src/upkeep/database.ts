/**
 * An owner's access to a store: statements in one form for both databases, and write transactions that may change final documents
 * and leave tombstones. Only upkeep opens a store in this way. Node only.
 * This folder owns the work of an owner on a whole store: retention, purge, scan, backup, move. The durable operations and the
 * command line use it; capture never does.
 * @module
 */
import type { Tombstone } from '../store/tombstones';

/** A value of a column. */
export type ColumnValue = string | number | boolean | null | Uint8Array;
/** A result row, by column. */
export type Row = { [column: string]: ColumnValue };

/** Runs statements with `?` for values. */
export interface Statements {
  query<Found extends Row>(text: string, values?: readonly ColumnValue[]): Promise<Found[]>;
}

/** A write transaction that may change final documents. */
export interface UpkeepTransaction extends Statements {
  /** Writes a tombstone and adds the replacement to the chain. */
  writeTombstone(tombstone: Tombstone): Promise<void>;
}

/** An open store. */
export interface UpkeepDatabase extends Statements {
  readonly dialect: 'sqlite' | 'postgres';
  readonly location: string;
  /** Runs one write transaction that may change final documents. It is rolled back if `body` rejects. */
  transaction<Result>(body: (transaction: UpkeepTransaction) => Promise<Result>): Promise<Result>;
  /**
   * Frees the space of deleted rows and removes their content from free pages. Call it outside a transaction.
   * @param tables with deleted rows; default: all
   * @throws (rejects) STORE_BUSY if another process holds the log of a SQLite file
   */
  compact(tables?: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Returns one `?` per value, for `IN (…)`. */
export function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}
