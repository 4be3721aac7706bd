/** SQLite passes the contract, in its thread, from the built package. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore } from '../built';
import { type Sql, storeContract } from './contract';

storeContract('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-store-'));
  const url = `sqlite:${join(folder, 'provenance.db')}`;
  const store = await openStore(url);
  return {
    store,
    reopen: () => openStore(url),
    sql: sqlOf(join(folder, 'provenance.db')),
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
});

function sqlOf(path: string): Sql {
  const using = async <T>(work: (db: Database.Database) => T): Promise<T> => {
    const db = new Database(path);
    try {
      return work(db);
    } finally {
      db.close();
    }
  };
  return {
    bytes: (hex) => `x'${hex}'`,
    query: (statement) => using((db) => db.prepare(statement).pluck().all()),
    edit: (table, statement) =>
      using((db) => {
        const triggers = db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?");
        for (const name of triggers.pluck().all(table)) db.exec(`DROP TRIGGER ${name}`);
        db.exec(statement);
      }),
  };
}
