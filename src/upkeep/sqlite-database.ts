/**
 * Upkeep of a SQLite store, on the calling thread. Node only.
 * @module
 */
import { ProvenanceError } from '../errors';
import { processAuthor } from '../store/author';
import { closeAtRest, type Database, openDatabase } from '../store/sqlite/connection/connection';
import { storeError } from '../store/sqlite/connection/errors';
import { readIdentity } from '../store/sqlite/identity/identity';
import { migrate } from '../store/sqlite/identity/migrate';
import { StoreState } from '../store/sqlite/identity/state';
import { Chain } from '../store/sqlite/writing/chain';
import { writeTombstone } from '../store/sqlite/writing/tombstones';
import type { ColumnValue, Row, UpkeepDatabase } from './database';

/** @throws as `openDatabase` */
export function openSqliteUpkeep({ path, location }: { path: string; location: string }): UpkeepDatabase {
  const db = openDatabase(path, location, { mode: 'write', create: false });
  try {
    migrate(db, location);
    // Deleted content is overwritten in the database. It is overwritten in the log when the log is emptied.
    db.pragma('secure_delete = 1');
    return new SqliteUpkeep(db, location);
  } catch (error) {
    db.close();
    throw storeError(error, location);
  }
}

/** @throws as `openDatabase` */
export function readSqlite({ path, location }: { path: string; location: string }): SqliteUpkeep {
  const db = openDatabase(path, location, { mode: 'read', create: false });
  try {
    readIdentity(db, location);
    return new SqliteUpkeep(db, location);
  } catch (error) {
    db.close();
    throw storeError(error, location);
  }
}

class SqliteUpkeep implements UpkeepDatabase {
  readonly dialect = 'sqlite';
  readonly location: string;
  readonly #db: Database;
  readonly #chain: Chain;

  constructor(db: Database, location: string) {
    this.#db = db;
    this.location = location;
    this.#chain = new Chain(db);
  }

  async query<Found extends Row>(text: string, values: readonly ColumnValue[] = []): Promise<Found[]> {
    try {
      const statement = this.#db.prepare(text);
      const given = values.map((value) => (typeof value === 'boolean' ? Number(value) : value));
      if (statement.reader) return statement.all(...given) as Found[];
      statement.run(...given);
      return [];
    } catch (error) {
      throw storeError(error, this.location);
    }
  }

  async transaction<Result>(body: Parameters<UpkeepDatabase['transaction']>[0]): Promise<Result> {
    const db = this.#db;
    try {
      db.exec('BEGIN IMMEDIATE');
      const state_id = new StoreState(db, { path: db.name, location: this.location }).next();
      const guards = this.#liftGuards();
      const query: UpkeepDatabase['query'] = (text, values) => this.query(text, values);
      const result = await body({
        query,
        writeTombstone: async (tombstone) =>
          writeTombstone(db, this.#chain, tombstone, JSON.stringify(processAuthor())),
      });
      this.#chain.finish(state_id);
      for (const guard of guards) db.exec(guard);
      db.exec('COMMIT');
      return result as Result;
    } catch (error) {
      this.#chain.forget();
      if (db.inTransaction) db.exec('ROLLBACK');
      throw storeError(error, this.location);
    }
  }

  async compact(): Promise<void> {
    try {
      this.#db.exec('VACUUM');
      const [log] = this.#db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
      if (log?.busy) throw new ProvenanceError('STORE_BUSY', logInUse(this.location));
    } catch (error) {
      throw storeError(error, this.location);
    }
  }

  async close(): Promise<void> {
    if (this.#db.readonly) this.#db.close();
    else closeAtRest(this.#db);
  }

  /**
   * Drops the triggers that protect final documents, until the end of the transaction.
   * @returns their SQL
   */
  #liftGuards(): string[] {
    const guards = this.#db
      .prepare(
        `SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name GLOB '*_stays'
          AND tbl_name NOT IN ('storage', 'chain', 'tombstone')`,
      )
      .all() as { name: string; sql: string }[];
    // See docs/design/store.md#taking-out.
    for (const { name } of guards) this.#db.exec(`DROP TRIGGER ${name}`);
    return guards.map(({ sql }) => sql);
  }
}

function logInUse(location: string): string {
  return `It is removed from ${location}, but other processes use the store now, so its log may still hold it: run this again after they have ended.`;
}
