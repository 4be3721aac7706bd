/** A store that an older release made: reading changes nothing and works, writing brings it up and says so once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/store';
import { openStore, SqliteEngine } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { uidOf } from './runs';

const require = createRequire(import.meta.url);
const { MIGRATIONS, LATEST_REVISION } =
  require('../../dist/src/store/migrations/index.js') as typeof import('../../src/store/migrations');
const RUN_ID = '00000000-0000-4000-8000-000000000001';

/** A run as the first revision has it. `q` writes a value as the dialect does. */
function rowsOfFirstRevision(yes: string, json: (text: string) => string): string {
  const standalone = json(
    '{"temporal":{"activity_id":"a","activity_run_id":"r1","worker":{}},"provenance":{}}',
  );
  const inWorkflow = json('{"temporal":{"activity_id":"a","worker":{}},"provenance":{}}');
  const over = yes === '1' ? '' : 'OVERRIDING SYSTEM VALUE';
  const digest = yes === '1' ? ['', ''] : ['digest, ', "'d', "];
  return `INSERT INTO lab (id, name) ${over} VALUES (1, 'default');
    INSERT INTO metadata (id, digest, document) ${over} VALUES (1, 'x', ${json('{"fields":{},"sources":{}}')});
    INSERT INTO kind (id, ${digest[0]}namespace, workflow_type, activity_type, task_queue, is_local) ${over}
      VALUES (1, ${digest[1]}'default', '', 'scan', 'q', ${yes === '1' ? '0' : 'false'});
    INSERT INTO execution (id, run_id, namespace, workflow_id, workflow_type) ${over} VALUES (1, '${RUN_ID}', 'default', 'w', 'p');
    INSERT INTO run (seq, uid, time, lab_id, metadata_id, kind_id, execution_id, activity_id, attempt, scheduled_time, state_id, facts) ${over}
      VALUES (1, '${uidOf(1)}', 5, 1, 1, 1, 1, 'a', 1, 5, 1, ${inWorkflow}), (2, '${uidOf(2)}', 6, 1, 1, 1, NULL, 'a', 1, 6, 1, ${standalone});
    INSERT INTO open_run VALUES (1), (2);`;
}

async function readsAll(store: Store): Promise<void> {
  expect(await store.attempts(uidOf(1))).toHaveLength(1);
  expect(await store.attempts(uidOf(2))).toHaveLength(1);
  expect(await store.runs({ limit: 5, fold_attempts: true })).toHaveLength(2);
  expect(await store.log({ run_start: uidOf(1) })).toEqual([]);
  expect(await store.checkpoints(uidOf(1))).toEqual([]);
  expect(await store.decisions(RUN_ID)).toEqual([]);
  expect(await store.lateReports({ run_id: RUN_ID })).toEqual([]);
  expect((await store.unsettled({ limit: 5, opened_before: 100 })).executions).toHaveLength(1);
  expect((await store.unsettledStandalone({ limit: 5, opened_before: 100 })).activities).toEqual([]);
  expect((await store.identity()).schema_version).toBe(1);
}

async function isUpToDate(store: Store): Promise<void> {
  expect((await store.identity()).schema_version).toBe(LATEST_REVISION);
  const { activities } = await store.unsettledStandalone({ limit: 5, opened_before: 100 });
  expect(activities.map(({ activity_run_id }) => activity_run_id)).toEqual(['r1']);
}

/** What the process is warned of while `work` goes on. */
async function warnings<T>(work: () => Promise<T>): Promise<{ value: T; warned: string[] }> {
  const warned: string[] = [];
  const listen = (warning: Error) => warned.push(warning.message);
  process.on('warning', listen);
  const value = await work();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', listen);
  return { value, warned };
}

const UPGRADED = new RegExp(`from schema revision 1 to ${LATEST_REVISION}`);

describe('an older SQLite store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-older-'));
  const path = join(folder, 'provenance.db');
  const url = `sqlite:${path}`;
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read as it is, then brought up', async () => {
    const db = new (require('better-sqlite3') as typeof import('better-sqlite3'))(path);
    db.exec(`${MIGRATIONS[0]!.sql.sqlite};
      CREATE TABLE migration (revision INTEGER PRIMARY KEY, name TEXT, breaking INTEGER, applied_time REAL, version TEXT);
      INSERT INTO migration VALUES (1, 'runs', 1, 1, '0.0.1');
      INSERT INTO storage VALUES (1, 'older', 0, 1, '{}');
      ${rowsOfFirstRevision('1', (text) => `'${text}'`)}
      PRAGMA application_id = ${0x5052564e}; PRAGMA user_version = 1;`);
    db.close();
    const reader = await openStore(url, { mode: 'read' });
    await readsAll(reader);
    const { warned } = await warnings(async () =>
      new SqliteEngine({ path, location: url, create: false }).close(),
    );
    expect(warned).toEqual([expect.stringMatching(UPGRADED)]);
    await isUpToDate(reader);
    await reader.close();
    const again = await warnings(async () =>
      new SqliteEngine({ path, location: url, create: false }).close(),
    );
    expect(again.warned).toEqual([]);
  });
});

const missing = postgresMissing();

describe.skipIf(missing)(`an older PostgreSQL store${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.close());

  it('is read as it is, then brought up', async () => {
    const url = await server.createDatabase();
    const database = new URL(url).pathname.slice(1);
    await server.execute(
      `CREATE SCHEMA provenance; SET search_path = provenance; ${MIGRATIONS[0]!.sql.postgres};
      CREATE TABLE migration (revision integer PRIMARY KEY, name text, breaking boolean, applied_time double precision, version text);
      INSERT INTO migration VALUES (1, 'runs', true, 1, '0.0.1');
      INSERT INTO storage VALUES (1, 'older', 0, 1, '{}');
      ${rowsOfFirstRevision('true', (text) => `'${text}'`)}`,
      database,
    );
    const reader = await openStore(url, { mode: 'read' });
    await readsAll(reader);
    const { warned, value: writer } = await warnings(() => openStore(url));
    expect(warned).toEqual([expect.stringMatching(UPGRADED)]);
    await isUpToDate(reader);
    await reader.close();
    await writer.close();
  });
});
