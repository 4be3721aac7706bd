/** Readers that are held while others write: what waits for its own output, or for another store, keeps no log from being emptied. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DIST, fromBuild, openStore } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { measured, SOAK } from '../reliability';
import { PacedWriters } from './paced';
import { opening } from './runs';

const { transferStore } = fromBuild<typeof import('../../src/upkeep/transfer/transfer')>(
  'src/upkeep/transfer/transfer',
);

const HELD_MS = SOAK ? 600_000 : 8_000;
const MOST_LOG_BYTES = 64 * 1024 * 1024;
const RUNS = 2_000;
const missing = postgresMissing();

let folder: string;
let path: string;
const writers = new PacedWriters();
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'provenance-held-'));
  path = join(folder, 'provenance.db');
  const store = await openStore(`sqlite:${path}`);
  for (let n = 1; n <= RUNS; n += 500)
    await store.write(Array.from({ length: 500 }, (_, i) => opening({ n: n + i })));
  await store.close();
});
afterEach(() => {
  writers.end();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Whether the whole log can be taken into the file and emptied: not while anybody holds a read. */
function emptied(): boolean {
  const database = new Database(path, { timeout: 5_000 });
  try {
    const [log] = database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    return log?.busy === 0;
  } finally {
    database.close();
  }
}

/** Writes 200 runs a second for as long as readers are held. @returns how long the log was at most */
async function longestLog(): Promise<number> {
  const pace = { processes: 2, rate: 100, group: 20, duration_ms: HELD_MS };
  const { done } = await writers.start(`sqlite:${path}`, pace);
  let writing = true;
  void done.then(() => {
    writing = false;
  });
  let longest = 0;
  for (; writing; await pause(5))
    longest = Math.max(longest, statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0);
  expect((await done).map(({ summary }) => summary.errors)).toEqual([{}, {}]);
  expect(longest).toBeGreaterThan(0);
  return longest;
}

function expectShort(longest: number, reader: string): void {
  measured({
    row: 'B9',
    figure: `write-ahead log under ${reader}, at most`,
    value: longest / 2 ** 20,
    unit: 'MiB',
    limit: '≤ 64 MiB',
    holds: longest <= MOST_LOG_BYTES,
  });
  expect(longest).toBeLessThanOrEqual(MOST_LOG_BYTES);
}

/** The command line, whose output nobody takes after its first piece. */
async function heldCommand(...words: string[]): Promise<ChildProcess> {
  const main = join(DIST, 'src', 'cli', 'main.js');
  const child = spawn(process.execPath, [main, ...words, '--store', `sqlite:${path}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await new Promise((resolve) => child.stdout!.once('readable', resolve));
  return child;
}

it('a read that is held keeps the log (control)', async () => {
  const store = await openStore(`sqlite:${path}`);
  const reader = new Database(path, { readonly: true });
  const rows = reader.prepare('SELECT uid FROM run').iterate();
  rows.next();
  await store.write([opening({ n: RUNS + 1 })]);
  expect(emptied()).toBe(false);
  rows.return?.();
  expect(emptied()).toBe(true);
  reader.close();
  await store.close();
});

it('a listing whose output is not read does not hold a read', async () => {
  const listing = await heldCommand('list', '--limit', '100000', '--json');
  const longest = await longestLog();
  expect(listing.exitCode).toBe(null);
  expect(emptied()).toBe(true);
  expectShort(longest, 'a listing that is held');
});

describe.skipIf(missing)(`a move to PostgreSQL${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.close());

  it('a backup that waits for a slow target delays writers, and keeps the log short; ended, it leaves the source unchanged', async () => {
    const to = await server.createDatabase();
    await (await openStore(to)).close();
    const database = new URL(to).pathname.slice(1);
    await server.execute(SLOW_TARGET, database);
    const store = await openStore(`sqlite:${path}`);
    let over = false;
    const moved = transferStore(`sqlite:${path}`, to)
      .then(
        () => 'moved',
        ({ code }) => code,
      )
      .finally(() => {
        over = true;
      });
    for (const deadline = Date.now() + 20_000; !(await sleeps(to)); await pause(20))
      expect(Date.now()).toBeLessThan(deadline);
    await expect(store.write([opening({ n: RUNS + 1 })])).rejects.toMatchObject({ code: 'STORE_BUSY' });
    expect(over).toBe(false);
    expectShort(
      statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0,
      'a move to PostgreSQL that waits',
    );
    await server.execute(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      database,
    );
    expect(await moved).toBe('STORE_UNREACHABLE');
    expect(await store.write([opening({ n: RUNS + 1 })])).toMatchObject([{ kind: 'opened' }]);
    expect(emptied()).toBe(true);
    await store.close();
  });
});

const SLOW_TARGET = `
  CREATE FUNCTION provenance.wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(8); RETURN NULL; END';
  CREATE TRIGGER slow BEFORE INSERT ON provenance.run FOR EACH STATEMENT EXECUTE FUNCTION provenance.wait()`;

async function sleeps(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'`);
    return rowCount! > 0;
  } finally {
    await client.end();
  }
}
