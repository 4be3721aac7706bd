import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnOf } from '../../src/filter/fields';
import type { Filter } from '../../src/filter/filter';
import { parseFilter } from '../../src/filter/parser';
import { RUN_FIELDS } from '../../src/filter/run-fields';
import type { RunRecord } from '../../src/model/documents';
import type { RunQuery } from '../../src/store/search/query';
import type { Tuning } from '../../src/store/search/search';
import type { Store } from '../../src/store/store';
import { fromBuild } from '../built';
import { filters } from './filter-arbitraries';
import { resolved, search, written } from './filter-reference';
import { dice, executionRecords, recordsOf } from './search-records';

const { openStore } = fromBuild<typeof import('../../src/store/open')>('src/store/open');
const { searchSource } = fromBuild<typeof import('../../src/store/sqlite/search')>('src/store/sqlite/search');
const { findRuns: findIn } =
  fromBuild<typeof import('../../src/store/search/search')>('src/store/search/search');

const folder = mkdtempSync(join(tmpdir(), 'provenance-search-'));
const path = join(folder, 'runs.db');
const RUNS = 1500;

let store: Store;
let database: Database.Database;
let all: RunRecord[];

beforeAll(async () => {
  store = await openStore(`sqlite:${path}`, { mode: 'write', create: true });
  const roll = dice(42);
  await store.write(executionRecords());
  for (let n = 1; n <= RUNS; n += 50) {
    await store.write(Array.from({ length: 50 }, (_, i) => recordsOf(n + i, roll)).flat());
  }
  all = (await store.runs({ limit: RUNS * 2 })).reverse();
  database = new Database(path, { readonly: true });
});

afterAll(async () => {
  database?.close();
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

const uids = (runs: readonly RunRecord[]): string[] => runs.map(({ start }) => start.uid);

/** uids in the answer's order, by whichever way the search is made to go. */
async function found(filter: Filter, limit: number, tuning?: Partial<Tuning>): Promise<string[]> {
  const seqs = await findRuns({ filter, limit }, tuning);
  return seqs.map((seq) => all[seq - 1]!.start.uid);
}

const findRuns = (query: RunQuery, tuning?: Partial<Tuning>) => findIn(searchSource(database), query, tuning);

const WAYS = [
  ['the newest runs looked through', undefined],
  ['an index for every condition', { window: 3, few: 1_000_000 }],
  ['only narrow indexes', { window: 3, few: 60 }],
  ['no index', { window: 3, few: 0 }],
] as const;

describe('search', () => {
  it('has every run in its own order', async () => {
    expect(all).toHaveLength(RUNS);
    expect(database.prepare('SELECT seq, uid FROM run ORDER BY seq').all()).toEqual(
      all.map(({ start }, i) => ({ seq: i + 1, uid: start.uid })),
    );
    const placed = database
      .prepare(
        "SELECT path, in_sets > 0 AS sets, in_runs > 0 AS runs FROM path WHERE path IN ('dose', 'operator')",
      )
      .all();
    expect(placed).toContainEqual({ path: 'dose', sets: 1, runs: 1 });
    expect(database.prepare('SELECT count(*) FROM metadata WHERE partial = 1').pluck().get()).toBeGreaterThan(
      5,
    );
  });

  it.each(WAYS)('answers any filter as the documents do: %s', async (_way, tuning) => {
    await fc.assert(
      fc.asyncProperty(filters(), fc.constantFrom(3, 50, RUNS), async (filter, limit) => {
        const expected = uids(search(filter, all)).slice(0, limit);
        expect(await found(resolved(filter), limit, tuning)).toEqual(expected);
      }),
      { numRuns: 120 },
    );
  });

  it.each(WAYS)('continues after any run, in any order: %s', async (_way, tuning) => {
    await fc.assert(
      fc.asyncProperty(
        filters(),
        fc.nat(RUNS - 1),
        fc.constantFrom(3, RUNS),
        async (filter, place, limit) => {
          const after = all[place]!.start.uid;
          const everyRun = uids(search({ order: filter.order }, all));
          const later = new Set(everyRun.slice(everyRun.indexOf(after) + 1));
          const expected = uids(search(filter, all)).filter((uid) => later.has(uid));
          const seqs = await findRuns({ filter: resolved(filter), limit, after }, tuning);
          expect(seqs.map((seq) => all[seq - 1]!.start.uid)).toEqual(expected.slice(0, limit));
        },
      ),
      { numRuns: 80 },
    );
  });

  it('reports that the run to continue after does not exist', async () => {
    await expect(store.runs({ limit: 3, after: 'gone' })).rejects.toMatchObject({ code: 'CURSOR_GONE' });
  });

  it.each(WAYS)('joins the two ends of a range: %s', async (_way, tuning) => {
    for (const text of [
      'time > 3 AND time <= 4.5',
      'time <= 4.5 AND exit_status IS NULL AND time > 3',
      'time > 5 AND time < 3',
      'tags > 0 AND tags < 0',
      'time > 3 AND time > 5 AND time >= 4 ORDER BY time',
      'time < 9 AND time <= 7 ORDER BY time DESC',
      'stop_time BETWEEN 3 AND 7 ORDER BY stop_time DESC',
      'stop_time >= 3 ORDER BY stop_time',
      "lab = 'hall-2' AND scan_id > 100 ORDER BY scan_id DESC",
    ]) {
      const filter = parseFilter(text);
      expect(await found(filter, RUNS, tuning)).toEqual(uids(search(written(filter), all)));
    }
  });

  it.each(WAYS)('finds what the index holds in part only: %s', async (_way, tuning) => {
    const filter = parseFilter('huge.key650 = 650 OR huge.key699 BETWEEN 698 AND 700');
    const expected = uids(search(written(filter), all));
    expect(await found(filter, 5, tuning)).toEqual(expected.slice(0, 5));
    expect(expected.length).toBeGreaterThan(5);
    const others = parseFilter('huge.key650 IS NULL');
    expect(await found(others, RUNS, tuning)).toEqual(uids(search(written(others), all)));
  });

  it('folds the attempts of one activity into the last that passes', async () => {
    await fc.assert(
      fc.asyncProperty(filters(), fc.constantFrom(...WAYS), async (filter, [, tuning]) => {
        const passing = search({ where: filter.where }, all);
        const retried = new Set(passing.map(({ start }) => start.provenance.retry_of));
        const expected = new Map<string, number>();
        for (const run of passing.reverse()) {
          const { uid, temporal } = run.start;
          if (!temporal.run_id && retried.has(uid)) continue;
          const activity = temporal.run_id ? `${temporal.run_id} ${temporal.activity_id}` : uid;
          expected.set(activity, all.indexOf(run) + 1);
        }
        const query = { filter: resolved(filter), limit: RUNS, fold_attempts: true };
        const seqs = await findRuns(query, tuning);
        expect([...seqs].sort((a, b) => a - b)).toEqual([...expected.values()].sort((a, b) => a - b));
      }),
      { numRuns: 80 },
    );
  });

  it('stays in one lab', async () => {
    const seqs = await findRuns({ lab: 'hall-2', limit: RUNS });
    expect(seqs.length).toBe(all.filter(({ start }) => start.provenance.lab === 'hall-2').length);
    expect(await findRuns({ lab: "no' such", limit: 5 })).toEqual([]);
    const order = [{ field: columnOf(RUN_FIELDS, 'scan_id'), direction: 'desc' as const }];
    expect(await findRuns({ lab: "no' such", limit: 5, filter: { order } })).toEqual([]);
  });

  it('accepts any text as text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ unit: 'binary', minLength: 1 }),
        async (value, key) => {
          const field = { kind: 'metadata' as const, path: [key.replace(/[./]/g, '') || 'x'] };
          const where = { op: 'compare' as const, field, operator: '=' as const, value };
          expect(Array.isArray(await findRuns({ filter: { where }, limit: 10 }))).toBe(true);
        },
      ),
    );
    expect(database.prepare('SELECT count(*) FROM run').pluck().get()).toBe(RUNS);
  });

  it('accepts as many conditions as the language does', async () => {
    const ors = Array.from({ length: 1900 }, (_, i) => `operator = 'o${i}'`).join(' OR ');
    expect(await found(parseFilter(ors), 5, { window: 3, few: 10 })).toEqual([]);
    const ands = Array.from({ length: 1900 }, (_, i) => `operator != 'o${i}'`).join(' AND ');
    const expected = search(written(parseFilter('operator IS NOT NULL')), all).filter(
      ({ start }) => !/^o\d/.test(String(start.operator)),
    );
    expect(await found(parseFilter(ands), RUNS)).toEqual(uids(expected));
    expect(await found(parseFilter(`${'('.repeat(90)}dose > 5${')'.repeat(90)}`), 3)).toHaveLength(3);
  });

  it('reports that long text can be compared by equality only', async () => {
    const long = 'x'.repeat(161);
    for (const text of [`note > '${long}'`, `note STARTS_WITH '${long}'`, `note BETWEEN 'a' AND '${long}'`]) {
      await expect(found(parseFilter(text), 5)).rejects.toThrow(/160 characters/);
    }
    const filter = parseFilter(`note = '${'long '.repeat(60)}1'`);
    const expected = uids(search(written(filter), all));
    expect(await found(filter, 5)).toEqual(expected.slice(0, 5));
    expect(expected.length).toBeGreaterThan(5);
  });
});
