/** Migrations under fire: killed in the middle, raced by many processes, and beside workers of the release before. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DIST, openStore } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { measured, SOAK } from '../reliability';
import { type LaterRelease, laterRelease } from './later-release';
import { LATEST_REVISION, postgresSchema, sqliteSchema } from './revisions';
import { opening } from './runs';

const KILLS = SOAK ? 100 : 12;
const SERVER_KILLS = SOAK ? 100 : 6;
const FRESH_FILES = SOAK ? 50 : 8;
const MIXED_MS = SOAK ? 300_000 : 3_000;

let folder: string;
let later: LaterRelease;
const releases = mkdtempSync(join(tmpdir(), 'provenance-releases-'));
beforeAll(() => {
  later = laterRelease(join(releases, 'later'));
});
afterAll(() => rmSync(releases, { recursive: true }));
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'provenance-migrations-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

function run(script: string, ...args: string[]) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  let text = '';
  child.stdout!.on('data', (chunk) => {
    text += chunk;
  });
  child.stdin!.on('error', () => undefined);
  const ended = once(child, 'close');
  const until = async (line: string) => {
    while (!text.includes(`${line}\n`) && child.exitCode === null) await pause(2);
  };
  return { child, ended, until, lines: () => text.split('\n').slice(0, -1) };
}

const migrator = (dist: string, ...places: string[]) =>
  run(join(__dirname, 'processes', 'migrator.cjs'), dist, ...places);

/** A handle that writes: what a killed process left half done is taken back first, as it is by the next worker. */
function revisionOf(path: string): number {
  const db = new Database(path);
  try {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    return Number(db.pragma('user_version', { simple: true }));
  } finally {
    db.close();
  }
}

describe('migrations', () => {
  it(`killed in the middle, ${KILLS} times: the old revision or the new one, never a mixture, and the next one succeeds`, async () => {
    const [plain, upgraded] = [join(folder, 'plain.db'), join(folder, 'upgraded.db')];
    await (await openStore(`sqlite:${plain}`)).close();
    const old = sqliteSchema(plain);
    copyFileSync(plain, upgraded);
    await (await later.openStore(`sqlite:${upgraded}`)).close();
    const current = sqliteSchema(upgraded);
    // The moment is sought where both outcomes occur: later after a kill that came too early, earlier after one too late.
    let delay_ms = 4;
    const outcomes = { old: 0, new: 0 };
    for (let kill = 0; kill < KILLS; kill++) {
      const path = join(folder, `${kill}.db`);
      copyFileSync(plain, path);
      const { child, ended, until } = migrator(later.dist, path);
      await until('ready');
      child.stdin!.write('go\n');
      await pause(delay_ms * Math.random() * 2);
      child.kill('SIGKILL');
      await ended;
      const revision = revisionOf(path);
      expect([LATEST_REVISION, later.revision]).toContain(revision);
      const isOld = revision === LATEST_REVISION;
      expect(sqliteSchema(path)).toBe(isOld ? old : current);
      outcomes[isOld ? 'old' : 'new'] += 1;
      delay_ms = isOld ? delay_ms * 1.4 : delay_ms / 1.4;
      const store = await later.openStore(`sqlite:${path}`);
      expect(await store.write([opening({ n: 1 })])).toMatchObject([{ kind: 'opened', scan_id: 1 }]);
      await store.close();
      expect(sqliteSchema(path)).toBe(current);
      rmSync(path);
    }
    measured({
      row: 'G2',
      figure: `SQLite: ${KILLS} kills during migration (${outcomes.old} left the old revision, ${outcomes.new} the new), stores between`,
      value: 0,
      limit: '0',
      holds: true,
    });
  });

  it(`raced by eight processes on ${FRESH_FILES} fresh files: no error, one store each`, async () => {
    const files = Array.from({ length: FRESH_FILES }, (_, i) => join(folder, `fresh-${i}.db`));
    const racers = Array.from({ length: 8 }, () => migrator(DIST, ...files));
    await Promise.all(racers.map(({ until }) => until('ready')));
    for (const { child } of racers) child.stdin!.write('go\n');
    await Promise.all(racers.map(({ ended }) => ended));
    expect(racers.map(({ child }) => child.exitCode)).toEqual(Array(8).fill(0));
    const ids = racers.map(({ lines }) => lines().slice(1));
    for (const own of ids) expect(own).toEqual(ids[0]);
    expect(new Set(ids[0]).size).toBe(FRESH_FILES);
    expect(new Set(files.map(revisionOf))).toEqual(new Set([LATEST_REVISION]));
    measured({
      row: 'D5',
      figure: `8 processes, ${FRESH_FILES} fresh files: errors`,
      value: 0,
      limit: '0',
      holds: true,
    });
  });

  it('next to workers of the release before: they write on after the upgrade, and nothing is lost', async () => {
    const path = join(folder, 'mixed.db');
    const url = `sqlite:${path}`;
    await (await openStore(url)).close();
    const { acknowledged, faults, uncovered } = await mixedReleases(url);
    const db = new Database(path, { readonly: true });
    const stored = db.prepare(`SELECT uid || ' ' || scan_id FROM run ORDER BY scan_id`).pluck().all();
    db.close();
    isComplete(stored as string[], acknowledged);
    expect({ faults, uncovered }).toEqual({ faults: [], uncovered: 0 });
    const figure = `SQLite: two releases on one store for ${MIXED_MS / 1000} s, ${acknowledged.length} runs: lost`;
    measured({ row: 'G3', figure, value: 0, limit: '0', holds: true });
  });
});

/** Two workers of this release at work, the later one brings the store up and writes, a further one of this release starts. */
async function mixedReleases(url: string) {
  const paced = () => {
    const script = join(__dirname, 'processes', 'paced.cjs');
    return run(script, DIST, url, '100', '2', String(MIXED_MS));
  };
  const begun = async (workers: ReturnType<typeof run>[]) => {
    await Promise.all(workers.map(({ until }) => until('ready')));
    for (const { child } of workers) child.stdin!.write('go\n');
  };
  const before = [paced(), paced()];
  await begun(before);
  while (before.some(({ lines, child }) => lines().length < 5 && child.exitCode === null)) await pause(5);
  const store = await later.openStore(url);
  expect((await store.identity()).schema_version).toBe(later.revision);
  const late = paced();
  before.push(late);
  await begun([late]);
  const own: string[] = [];
  for (let n = 1; before.some(({ child }) => child.exitCode === null); n++) {
    const record = opening({ n });
    const [answer] = await store.write([record]);
    if (answer?.kind !== 'opened') throw new Error(JSON.stringify(answer));
    own.push(`${record.uid} ${answer.scan_id}`);
    await pause(5);
  }
  await Promise.all(before.map(({ ended }) => ended));
  expect(before.map(({ child }) => child.exitCode)).toEqual([0, 0, 0]);
  const summaries = before.map(({ lines }) => JSON.parse(lines().at(-1)!));
  expect(summaries.map(({ errors }) => errors)).toEqual([{}, {}, {}]);
  const acknowledged = [...own, ...before.flatMap(({ lines }) => lines().slice(1, -1))];
  let page = await store.verify();
  const faults = [...page.faults];
  while (page.next) {
    page = await store.verify({ after: page.next });
    faults.push(...page.faults);
  }
  await store.close();
  return { acknowledged, faults, uncovered: page.uncovered };
}

/** Each acknowledged run is stored once, and no number is missing. `stored` is in the order of the numbers. */
function isComplete(stored: readonly string[], acknowledged: readonly string[]): void {
  expect(new Set(stored)).toEqual(new Set(acknowledged));
  expect(stored.map((line) => Number(line.split(' ')[1]))).toEqual(acknowledged.map((_, i) => i + 1));
}

const missing = postgresMissing();

describe.skipIf(missing)(`migrations of PostgreSQL${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres();
    url = await server.createDatabase();
  });
  afterAll(() => server?.close());

  it(`killed in the middle, ${SERVER_KILLS} times: the old revision or the new one, and the next one succeeds`, async () => {
    const query = (text: string) => server.execute(text, new URL(url).pathname.slice(1));
    await (await openStore(`${url}?schema=plain`)).close();
    const old = await postgresSchema(query, 'plain');
    await (await later.openStore(`${url}?schema=plain`)).close();
    const current = await postgresSchema(query, 'plain');
    let delay_ms = 30;
    for (let kill = 0; kill < SERVER_KILLS; kill++) {
      const schema = `killed_${kill}`;
      await (await openStore(`${url}?schema=${schema}`)).close();
      const { child, ended, until } = migrator(later.dist, `${url}?schema=${schema}`);
      await until('ready');
      child.stdin!.write('go\n');
      await pause(delay_ms * Math.random() * 2);
      child.kill('SIGKILL');
      await ended;
      // The server ends the transaction of a client that is gone when it next speaks to it.
      const alive = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'temporal-provenance'`;
      while ((await query(alive)).rows.length > 0) await pause(10);
      const { rows } = await query(`SELECT max(revision) AS revision FROM ${schema}.migration`);
      expect([LATEST_REVISION, later.revision]).toContain(rows[0].revision);
      const isOld = rows[0].revision === LATEST_REVISION;
      expect(await postgresSchema(query, schema)).toBe(isOld ? old : current);
      delay_ms = isOld ? delay_ms * 1.4 : delay_ms / 1.4;
      const store = await later.openStore(`${url}?schema=${schema}`);
      expect(await store.write([opening({ n: 1 })])).toMatchObject([{ kind: 'opened', scan_id: 1 }]);
      await store.close();
      expect(await postgresSchema(query, schema)).toBe(current);
      await query(`DROP SCHEMA ${schema} CASCADE`);
    }
    const figure = `PostgreSQL: ${SERVER_KILLS} kills during migration, schemas between`;
    measured({ row: 'G2', figure, value: 0, limit: '0', holds: true });
  });

  it('next to workers of the release before: they write on after the upgrade, and nothing is lost', async () => {
    await (await openStore(`${url}?schema=mixed`)).close();
    const { acknowledged, faults, uncovered } = await mixedReleases(`${url}?schema=mixed`);
    const { rows } = await server.execute(
      'SELECT uid, scan_id FROM mixed.run ORDER BY scan_id',
      new URL(url).pathname.slice(1),
    );
    isComplete(
      rows.map(({ uid, scan_id }) => `${uid} ${scan_id}`),
      acknowledged,
    );
    expect({ faults, uncovered }).toEqual({ faults: [], uncovered: 0 });
    const figure = `PostgreSQL: two releases on one store for ${MIXED_MS / 1000} s, ${acknowledged.length} runs: lost`;
    measured({ row: 'G3', figure, value: 0, limit: '0', holds: true });
  });
});
