/** Before somebody asks for links, they are derived up to now; where that can't be, it is said how much is missing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roleStatements } from '../../src/store/postgres/identity/roles';
import { fromBuild, openStore } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { opening, stopping } from './runs';

const { catchUpLinks } = fromBuild<typeof import('../../src/store/catch-up')>('src/store/catch-up');
const folder = mkdtempSync(join(tmpdir(), 'provenance-catch-up-'));
const missing = postgresMissing();
let server: PostgresServer | undefined;
beforeAll(async () => {
  if (!missing) server = await startPostgres();
});
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

const PLACES: readonly [name: string, skip: boolean, url: () => Promise<string>][] = [
  ['SQLite', false, async () => `sqlite:${join(folder, 'lab.db')}`],
  [`PostgreSQL${missing ? `: ${missing}` : ''}`, Boolean(missing), () => server!.createDatabase()],
];

/** Three transactions that wrote final documents, as a worker that was killed left them. */
async function left(url: string): Promise<void> {
  const store = await openStore(url);
  for (const n of [1, 2, 3]) await store.write([opening({ n }), stopping(n, { time: 5 })]);
  await store.close();
}

for (const [name, skip, makeUrl] of PLACES)
  describe.skipIf(skip)(`links up to now in ${name}`, () => {
    it('are derived for a store that is open for reading, and its identity does not change', async () => {
      const url = await makeUrl();
      await left(url);
      const store = await openStore(url, { mode: 'read' });
      const before = await store.identity();
      expect((await store.linkState()).behind).toBeGreaterThan(0);
      expect(await catchUpLinks(url, store)).toEqual({ behind: 0, todo: 0, waiting: 0 });
      expect(await store.identity()).toEqual(before);
      expect(await catchUpLinks(url, store)).toMatchObject({ behind: 0 });
      await store.close();
    });
  });

describe('a read-only store', () => {
  it('reports what is not derived: a file that was moved', async () => {
    const path = join(folder, 'moved.db');
    const url = `sqlite:${path}`;
    await left(url);
    const database = new Database(path);
    database.prepare('UPDATE storage SET moved = ?').run('{"location":"postgres://elsewhere/lab","time":1}');
    database.close();
    const store = await openStore(url, { mode: 'read' });
    expect((await catchUpLinks(url, store)).behind).toBeGreaterThan(0);
    await store.close();
  });

  it.skipIf(missing)('reports what is not derived: a role that may only read', async () => {
    const url = await server!.createDatabase();
    const database = new URL(url).pathname.slice(1);
    await left(url);
    await server!.execute('CREATE ROLE onlooker LOGIN');
    await server!.execute(roleStatements('provenance', { reader: 'onlooker' }), database);
    const reading = server!.urlOf(database, 'onlooker');
    const store = await openStore(reading, { mode: 'read' });
    expect((await catchUpLinks(reading, store)).behind).toBeGreaterThan(0);
    await store.close();
  });

  it.skipIf(missing)('lets a role that may only record derive them', async () => {
    const url = await server!.createDatabase();
    const database = new URL(url).pathname.slice(1);
    await left(url);
    await server!.execute('CREATE ROLE recording LOGIN');
    await server!.execute(roleStatements('provenance', { writer: 'recording' }), database);
    const writing = server!.urlOf(database, 'recording');
    const store = await openStore(writing, { mode: 'read' });
    expect(await catchUpLinks(writing, store)).toMatchObject({ behind: 0, todo: 0 });
    await store.close();
  });
});
