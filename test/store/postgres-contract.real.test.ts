/** PostgreSQL passes the contract: each store is a schema of its own in one database. */
import { afterAll, beforeAll, describe } from 'vitest';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { openStore } from './built';
import { storeContract } from './contract';

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
    return { store, reopen: () => openStore(url), close: () => store.close() };
  });
});
