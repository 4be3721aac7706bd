/** PostgreSQL passes the contract: each store is a schema of its own in one database. */
import { afterAll, beforeAll, describe } from 'vitest';
import { openStore } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { type Sql, storeContract } from './contract';

const missing = postgresMissing();

describe.skipIf(missing)(`contract${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  let database: string;
  let made = 0;
  beforeAll(async () => {
    server = await startPostgres();
    database = await server.createDatabase();
  });
  afterAll(() => server?.close());

  storeContract('PostgreSQL', async () => {
    made += 1;
    const url = `${database}?schema=store_${made}`;
    const store = await openStore(url);
    const sql = sqlOf(server, database, `store_${made}`);
    return { store, reopen: () => openStore(url), close: () => store.close(), sql };
  });
});

function sqlOf(server: PostgresServer, database: string, schema: string): Sql {
  const run = (statements: string) =>
    server.execute(`SET search_path = ${schema}; ${statements}`, new URL(database).pathname.slice(1));
  return {
    bytes: (hex) => `'\\x${hex}'::bytea`,
    async edit(table, statement) {
      await run(`ALTER TABLE ${table} DISABLE TRIGGER USER; ${statement}`);
    },
    async query(statement) {
      const results = (await run(statement)) as unknown as { rows: Record<string, unknown>[] }[];
      return results.at(-1)!.rows.map((row) => Object.values(row)[0]);
    },
  };
}
