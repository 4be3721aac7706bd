/** A store that the release before made: reading it changes nothing, the first write brings it up and warns once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/store';
import { openStore } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { type LaterRelease, laterRelease } from './later-release';
import { LATEST_REVISION, postgresSchema, type Query, sqliteSchema } from './revisions';
import { opening, uidOf } from './runs';

const folder = mkdtempSync(join(tmpdir(), 'provenance-older-'));
let later: LaterRelease;
beforeAll(() => {
  later = laterRelease(join(folder, 'later'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The messages that the process is warned of during `work`. */
async function warnings(work: () => Promise<unknown>): Promise<string[]> {
  const warned: string[] = [];
  const listen = (warning: Error) => warned.push(warning.message);
  process.on('warning', listen);
  await work();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', listen);
  return warned;
}

const UPGRADED = new RegExp(`from schema revision ${LATEST_REVISION} to ${LATEST_REVISION + 1}`);

interface Aged {
  url: string;
  /** Opens for writing with the later release, on this thread, and closes. */
  bringUp(): Promise<void>;
  /** What lies in the database. */
  schemaOf(): Promise<string>;
}

/** Reads with the later release, then writes with it. */
async function isReadThenBroughtUp({ url, bringUp, schemaOf }: Aged): Promise<void> {
  const before = await openStore(url);
  await before.write([opening({ n: 1 })]);
  await before.close();
  const old = await schemaOf();

  const reader = await later.openStore(url, { mode: 'read' });
  const uidsOf = async (store: Store) => (await store.runs({ limit: 5 })).map(({ start }) => start.uid);
  expect(await uidsOf(reader)).toEqual([uidOf(1)]);
  expect((await reader.identity()).schema_version).toBe(LATEST_REVISION);
  expect(await schemaOf()).toBe(old);

  const writes = async (open: typeof openStore, n: number) => {
    const writer = await open(url);
    expect(await writer.write([opening({ n })])).toMatchObject([{ kind: 'opened', scan_id: n }]);
    await writer.close();
  };
  expect(await warnings(bringUp)).toEqual([expect.stringMatching(UPGRADED)]);
  await writes(later.openStore, 2);
  expect(await schemaOf()).not.toBe(old);
  expect((await reader.identity()).schema_version).toBe(LATEST_REVISION + 1);
  expect(await uidsOf(reader)).toEqual([uidOf(2), uidOf(1)]);
  expect(await warnings(bringUp)).toEqual([]);
  await reader.close();
  // The release before goes on beside it.
  await writes(openStore, 3);
}

/** A store whose revisions are those of a build from before the first release. */
async function isRefused(url: string): Promise<void> {
  const refused = {
    code: 'STORE_URL_INVALID',
    message: expect.stringMatching(
      /^The store .* was created by a build from before the first release[^\n]*$/,
    ),
  };
  await expect(openStore(url, { mode: 'read' })).rejects.toMatchObject(refused);
  const opened = openStore(url).then((store) => store.write([opening({ n: 2 })]));
  await expect(opened).rejects.toMatchObject(refused);
}

describe('an older SQLite store', () => {
  it('is read unchanged, then upgraded', async () => {
    const path = join(folder, 'provenance.db');
    const url = `sqlite:${path}`;
    const bringUp = async () => new later.SqliteEngine({ path, location: url, create: false }).close();
    await isReadThenBroughtUp({ url, bringUp, schemaOf: async () => sqliteSchema(path) });
  });

  it('from before the first release is refused in one line', async () => {
    const path = join(folder, 'unreleased.db');
    await (await openStore(`sqlite:${path}`)).close();
    const db = new Database(path);
    db.exec(`UPDATE migration SET name = 'runs'; PRAGMA user_version = 9`);
    db.close();
    await isRefused(`sqlite:${path}`);
  });
});

const missing = postgresMissing();

describe.skipIf(missing)(`an older PostgreSQL store${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  let url: string;
  const query: Query = (text) => server.execute(text, new URL(url).pathname.slice(1));
  beforeAll(async () => {
    server = await startPostgres();
    url = await server.createDatabase();
  });
  afterAll(() => server?.close());

  it('is read unchanged, then upgraded', async () => {
    const aged = `${url}?schema=older`;
    const bringUp = async () => (await later.openStore(aged)).close();
    await isReadThenBroughtUp({ url: aged, bringUp, schemaOf: () => postgresSchema(query, 'older') });
  });

  it('from before the first release is refused in one line', async () => {
    await (await openStore(`${url}?schema=unreleased`)).close();
    await query(`UPDATE unreleased.migration SET name = 'runs'`);
    await isRefused(`${url}?schema=unreleased`);
  });
});
