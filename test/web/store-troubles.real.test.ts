import { copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTarget } from '../../src/store/postgres/connection/target';
import { openStore } from '../built';
import { laboratoryRecords } from '../cli/laboratory';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { newFolder } from '../record/spool-kit';
import { LATEST_REVISION } from '../store/revisions';
import { opening, uidOf } from '../store/runs';
import { startSite, type TestSite } from './site-kit';

describe('a store that changes under the page', () => {
  let folder: string;
  let file: string;
  let site: TestSite;
  beforeAll(async () => {
    folder = await newFolder();
    file = join(folder, 'provenance.db');
    const store = await openStore(`sqlite:${file}`, { mode: 'write', create: true });
    await store.write(laboratoryRecords());
    await store.close();
    site = await startSite({ store: `sqlite:${file}` });
  });
  afterAll(async () => {
    await site?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Status and code of the API, and status and words of the page. */
  async function asked() {
    const api = await site.get('/api/v1/runs');
    const page = await site.get('/');
    const { code, detail } = (await api.json()) as { code?: string; detail?: string };
    return { api: api.status, page: page.status, code, detail, text: await page.text() };
  }

  it('is reported as missing while it is, and is shown when it is back', async () => {
    expect(await asked()).toMatchObject({ api: 200, page: 200 });
    renameSync(file, `${file}.away`);
    const gone = await asked();
    expect(gone).toMatchObject({ api: 503, page: 503, code: 'STORE_UNREACHABLE' });
    expect(gone.text).toContain('does not exist');
    expect(gone.text).not.toContain('    at ');
    renameSync(`${file}.away`, file);
    expect(await asked()).toMatchObject({ api: 200, page: 200 });
  });

  it('is reported as damaged while it is', async () => {
    copyFileSync(file, `${file}.sound`);
    rmSync(file);
    writeFileSync(file, 'not a database, but long enough for a header of one'.repeat(100));
    expect(await asked()).toMatchObject({ api: 503, page: 503, code: 'STORE_CORRUPT' });
    renameSync(`${file}.sound`, file);
    expect(await asked()).toMatchObject({ api: 200, page: 200 });
  });

  it('is reported as newer than the program if it was upgraded', async () => {
    const on = (sql: string) => {
      const db = new Database(file);
      db.exec(sql);
      db.close();
    };
    const later = LATEST_REVISION + 1;
    on(`INSERT INTO migration VALUES (${later}, 'later', 1, 1, '9.0.0'); PRAGMA user_version = ${later}`);
    await expect.poll(asked).toMatchObject({ api: 503, page: 503, code: 'STORE_SCHEMA_NEWER' });
    on(`DELETE FROM migration WHERE revision = ${later}; PRAGMA user_version = ${LATEST_REVISION}`);
    await expect.poll(asked).toMatchObject({ api: 200, page: 200 });
  });

  it('shows new records', async () => {
    const store = await openStore(`sqlite:${file}`, { mode: 'write', create: false });
    await store.write([opening({ n: 77 })]);
    expect((await site.get(`/api/v1/runs/${uidOf(77)}`)).status).toBe(200);
    await store.close();
    expect((await site.get(`/api/v1/runs/${uidOf(77)}`)).status).toBe(200);
  });
});

const missing = postgresMissing();
const schemaOf = (url: string) => readTarget(url).schema;

describe.skipIf(missing)(`a question that takes too long${missing ? `: ${missing}` : ''}`, () => {
  const LIMIT_MS = 3_000;
  let server: PostgresServer;
  let url: string;
  let site: TestSite;
  beforeAll(async () => {
    server = await startPostgres();
    url = await server.createDatabase();
    const store = await openStore(url, { mode: 'write', create: true });
    await store.write(laboratoryRecords());
    await store.close();
    site = await startSite({ store: url, limit_ms: LIMIT_MS });
  });
  afterAll(async () => {
    await site?.close();
    await server?.close();
  });

  const database = () => new URL(url).pathname.slice(1);
  const execute = (text: string) => server.execute(text, database());

  /** Holds up all that reads runs while `work` is done. */
  async function holding(work: () => Promise<void>): Promise<void> {
    const holder = new pg.Client(url);
    await holder.connect();
    try {
      await holder.query(`BEGIN; LOCK TABLE ${schemaOf(url)}.run`);
      await work();
    } finally {
      await holder.end();
    }
  }
  const ample = { timeout: 30_000 };
  const statusOf = async (path: string) => (await site.get(path)).status;

  it('is not waited for too long: the page says what can be asked instead, and delays no quick question', async () => {
    await expect.poll(() => statusOf('/api/v1/runs'), ample).toBe(200);
    await holding(async () => {
      const where = encodeURIComponent("host = 'nowhere'");
      const slow = [1, 2, 3].map(() => site.get(`/api/v1/runs?where=${where}`));
      await expect.poll(() => statusOf('/api/v1/faster-search?where='), ample).toBe(200);
      const answers = await Promise.all(slow);
      expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
      const problems = (await Promise.all(answers.map((answer) => answer.json()))) as { code: string }[];
      const told = problems.filter(({ code }) => code === 'TIME_LIMIT');
      expect(told.length).toBeGreaterThanOrEqual(2);
      expect(told[0]).toMatchObject({
        detail: expect.stringMatching(/^No answer within 3 s\. /),
        instead: { indexed: expect.arrayContaining(['time', 'scan_id']), narrower: expect.anything() },
      });
      await expect.poll(async () => (await locks()).waiting, ample).toBe(0);
    });
    await expect.poll(() => statusOf('/api/v1/runs'), ample).toBe(200);
  }, 120_000);

  it('does not delay the end of the server', async () => {
    const other = await startSite({ store: url, limit_ms: 60_000 });
    await holding(async () => {
      const asked = other.get('/api/v1/runs').catch(() => undefined);
      await expect.poll(async () => (await locks()).waiting, ample).toBe(1);
      await other.close();
      expect((await asked)?.status).not.toBe(200);
    });
  }, 120_000);

  async function locks(): Promise<{ waiting: number }> {
    const { rows } = await execute(
      `SELECT count(*)::int AS waiting FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE c.relname = 'run' AND NOT granted`,
    );
    return rows[0] as { waiting: number };
  }
});
