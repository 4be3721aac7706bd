/**
 * What capture adds to the time of an activity that comes alone, in an execution of its own, to a worker that has been at work: beside
 * a bare worker that takes turns with it, and beside a commit of as much. With SOAK=1 minutes; CI looks that all of it is there, and
 * asserts no time.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import Database from 'better-sqlite3';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { measured, quantile, SOAK } from '../reliability';
import { runsOf, temporaryStore } from './harness';
import { endWorker, execute, type LongWorker, newSpool, startWorker } from './long-worker';

const ROUNDS = SOAK ? 1_000 : 20;
const WARM_UP = SOAK ? 50 : 5;
/** What both workers have done before: a worker is compiled as it works. */
const SERIES = { count: SOAK ? 5_000 : 20, parallel: 10, sample: 'LaB6' };
const PAUSE_MS = 20;
/** Characters of a run's documents. */
const ROW = 'x'.repeat(2_000);
const MOST_MS = { p50: 1, p99: 5 };

let server: PostgresServer;

interface Place {
  store: string;
  commit: () => unknown;
  close: () => unknown;
}

const PLACES: Record<string, () => Promise<Place>> = {
  async SQLite() {
    const store = temporaryStore();
    const db = new Database(join(store.slice('sqlite:'.length), '..', 'beside.db'));
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.exec('CREATE TABLE beside (text text)');
    const insert = db.prepare('INSERT INTO beside VALUES (?)');
    return { store, commit: () => insert.run(ROW), close: () => db.close() };
  },
  async PostgreSQL() {
    const store = await server.createDatabase();
    const client = new pg.Client(server.urlOf('postgres'));
    await client.connect();
    await client.query('CREATE TABLE beside (text text)');
    return {
      store,
      commit: () => client.query('INSERT INTO beside VALUES ($1)', [ROW]),
      close: () => client.end(),
    };
  },
};

const missing = postgresMissing();

describe.skipIf(missing)(`added time${missing ? `: ${missing}` : ''}`, () => {
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(async () => {
    await server?.close();
  });

  test.each(Object.keys(PLACES))('%s', { timeout: 900_000 }, async (name) => {
    const { store, commit, close } = await PLACES[name]!();
    const [bare, ours] = [await startWorker(), await startWorker({ store, spool: { folder: newSpool() } })];
    await execute(bare, 'series', SERIES);
    await execute(ours, 'series', SERIES);
    const taken = { bare: [] as number[], ours: [] as number[], commit: [] as number[] };
    for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
      const of_bare = await activityTime(bare);
      const of_ours = await activityTime(ours);
      await pause(PAUSE_MS);
      const began = performance.now();
      await commit();
      const of_commit = performance.now() - began;
      if (round < WARM_UP) continue;
      taken.bare.push(of_bare);
      taken.ours.push(of_ours);
      taken.commit.push(of_commit);
    }
    await close();
    await endWorker(ours);
    await endWorker(bare);
    expect(await runsOf(store)).toHaveLength(SERIES.count + WARM_UP + ROUNDS);
    note(name, taken);
  });
});

/** From the start of the only activity to its end, by the server's clock. */
async function activityTime(worker: LongWorker): Promise<number> {
  await pause(PAUSE_MS);
  const handle = await execute(worker, 'alone', SERIES.sample);
  const started = await timeOf(handle, 'activityTaskStartedEventAttributes');
  return (await timeOf(handle, 'activityTaskCompletedEventAttributes')) - started;
}

async function timeOf(
  handle: WorkflowHandle,
  name: 'activityTaskStartedEventAttributes' | 'activityTaskCompletedEventAttributes',
): Promise<number> {
  const { events } = await handle.fetchHistory();
  const { seconds, nanos } = events!.find((event) => event[name])!.eventTime!;
  return Number(seconds) * 1000 + nanos! / 1e6;
}

function note(name: string, taken: { bare: number[]; ours: number[]; commit: number[] }): void {
  const figure = (what: string) => `${name}: activity that comes alone: ${what}`;
  for (const [share, words] of [
    [0.5, 'p50'],
    [0.99, 'p99'],
  ] as const) {
    const of = (values: number[]) => quantile(values, share);
    const value = of(taken.ours) - of(taken.bare) - of(taken.commit);
    const most = MOST_MS[words];
    const limit = `≤ ${most} ms`;
    measured({
      row: 'F3',
      figure: figure(`${words}, added beyond one commit`),
      value,
      unit: 'ms',
      limit,
      holds: value <= most,
    });
    measured({ row: 'F3', figure: figure(`${words} of one commit`), value: of(taken.commit), unit: 'ms' });
    measured({ row: 'F3', figure: figure(`${words} without capture`), value: of(taken.bare), unit: 'ms' });
  }
}
