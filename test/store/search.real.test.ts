import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Filter } from '../../src/filter/filter';
import { parseFilter } from '../../src/filter/parser';
import type { RunRecord } from '../../src/model/documents';
import type { Json, JsonObject } from '../../src/model/json';
import type { Store, WriteRecord } from '../../src/store/store';
import { fromBuild } from '../built';
import { filters, VALUES } from './filter-arbitraries';
import { search } from './filter-reference';
import { opening, stopping, uidOf } from './runs';

const { openStore } = fromBuild<typeof import('../../src/store/open')>('src/store/open');
const { findRuns } = fromBuild<typeof import('../../src/store/sqlite/search')>('src/store/sqlite/search');

const folder = mkdtempSync(join(tmpdir(), 'provenance-search-'));
const path = join(folder, 'runs.db');
const RUNS = 1500;

let store: Store;
let database: Database.Database;
let all: RunRecord[];

/** A small generator, so that every run of the tests sees the same data. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return (state >> 8) % sides;
  };
}

/** Metadata of the n-th run: repeating sets, a key that differs in every run, odd names, arrays, nulls, a huge one. */
function fieldsOf(n: number, roll: (sides: number) => number): JsonObject {
  const any = (): Json => VALUES[roll(VALUES.length)]!;
  const fields: JsonObject = { plan_name: 'scan' };
  if (roll(3) > 0) fields.operator = any();
  if (roll(2) > 0) fields.sample = roll(2) > 0 ? { name: any(), mass: any(), none: null } : any();
  if (roll(3) > 0) fields.tags = roll(4) === 0 ? [] : [any(), any(), { name: any() }];
  if (roll(5) > 0) fields.dose = n + roll(7) / 8;
  if (roll(4) === 0) fields.note = roll(2) > 0 ? null : `${'long '.repeat(60)}${roll(3)}`;
  if (roll(6) === 0) fields['first name'] = any();
  if (roll(6) === 0) fields.order = any();
  if (roll(6) === 0) fields["quo'te`"] = any();
  if (n % 97 === 0) fields.huge = Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`key${i}`, i]));
  return fields;
}

function recordsOf(n: number, roll: (sides: number) => number): WriteRecord[] {
  const local = roll(3) === 0;
  const workflow = roll(8) > 0;
  const records: WriteRecord[] = [
    opening({
      n,
      time: roll(12) + roll(4) / 4,
      lab: roll(3) > 0 ? 'default' : 'hall-2',
      numbered: roll(5) > 0,
      fields: fieldsOf(n, roll),
      temporal: {
        ...(workflow ? {} : { workflow_id: undefined, run_id: undefined, workflow_type: undefined }),
        activity_id: String(roll(40)),
        activity_type: ['acquire', 'reduce', 'train'][roll(3)]!,
        attempt: 1 + roll(3),
        is_local: local,
        scheduled_time: roll(12),
      },
    }),
  ];
  const exit_status = (['success', 'success', 'fail', 'abort'] as const)[roll(4)]!;
  if (roll(4) > 0) records.push(stopping(n, { time: roll(12), exit_status }));
  if (roll(3) > 0) {
    const outcome = (['completed', 'failed', 'lost'] as const)[roll(3)]!;
    records.push({ kind: 'settled', document: { run_start: uidOf(n), time: 5, outcome, evidence: {} } });
  }
  return records;
}

beforeAll(async () => {
  store = await openStore(`sqlite:${path}`, { mode: 'write', create: true });
  const roll = dice(42);
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
function found(filter: Filter, limit: number, tuning?: { window: number; few: number }): string[] {
  const seqs = findRuns(database, { filter, limit }, tuning);
  return seqs.map((seq) => all[seq - 1]!.start.uid);
}

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

  it.each(WAYS)('answers any filter as the documents do: %s', (_way, tuning) => {
    fc.assert(
      fc.property(filters(), fc.constantFrom(3, 50, RUNS), (filter, limit) => {
        expect(found(filter, limit, tuning)).toEqual(uids(search(filter, all)).slice(0, limit));
      }),
      { numRuns: 120 },
    );
  });

  it.each(WAYS)('joins the two ends of a range: %s', (_way, tuning) => {
    for (const text of [
      'time > 3 AND time <= 4.5',
      'time <= 4.5 AND exit_status IS NULL AND time > 3',
      'time > 5 AND time < 3',
      'tags > 0 AND tags < 0',
    ]) {
      const filter = parseFilter(text);
      expect(found(filter, RUNS, tuning)).toEqual(uids(search(filter, all)));
    }
  });

  it.each(WAYS)('finds what the index holds in part only: %s', (_way, tuning) => {
    const filter = parseFilter('huge.key650 = 650 OR huge.key699 BETWEEN 698 AND 700');
    expect(found(filter, 5, tuning)).toEqual(uids(search(filter, all)).slice(0, 5));
    expect(search(filter, all).length).toBeGreaterThan(5);
    const others = parseFilter('huge.key650 IS NULL');
    expect(found(others, RUNS, tuning)).toEqual(uids(search(others, all)));
  });

  it('folds the attempts of one activity into the last that passes', () => {
    fc.assert(
      fc.property(filters(), fc.constantFrom(...WAYS), (filter, [, tuning]) => {
        const passing = search({ where: filter.where }, all);
        const retried = new Set(passing.map(({ start }) => start.provenance.retry_of));
        const expected = new Map<string, number>();
        for (const run of passing.reverse()) {
          const { uid, temporal } = run.start;
          if (!temporal.run_id && retried.has(uid)) continue;
          const activity = temporal.run_id ? `${temporal.run_id} ${temporal.activity_id}` : uid;
          expected.set(activity, all.indexOf(run) + 1);
        }
        const seqs = findRuns(database, { filter, limit: RUNS, fold_attempts: true }, tuning);
        expect([...seqs].sort((a, b) => a - b)).toEqual([...expected.values()].sort((a, b) => a - b));
      }),
      { numRuns: 80 },
    );
  });

  it('keeps to a lab', () => {
    const seqs = findRuns(database, { lab: 'hall-2', limit: RUNS });
    expect(seqs.length).toBe(all.filter(({ start }) => start.provenance.lab === 'hall-2').length);
    expect(findRuns(database, { lab: "no' such", limit: 5 })).toEqual([]);
  });

  it('takes any text as text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ unit: 'binary', minLength: 1 }),
        (value, key) => {
          const field = key.replace(/[./]/g, '') || 'x';
          const seqs = findRuns(database, {
            filter: { where: { op: 'compare', field: [field], operator: '=', value } },
            limit: 10,
          });
          expect(Array.isArray(seqs)).toBe(true);
        },
      ),
    );
    expect(database.prepare('SELECT count(*) FROM run').pluck().get()).toBe(RUNS);
  });

  it('takes as many conditions as the language does', () => {
    const ors = Array.from({ length: 1900 }, (_, i) => `operator = 'o${i}'`).join(' OR ');
    expect(found(parseFilter(ors), 5, { window: 3, few: 10 })).toEqual([]);
    const ands = Array.from({ length: 1900 }, (_, i) => `operator != 'o${i}'`).join(' AND ');
    const expected = search(parseFilter('operator IS NOT NULL'), all).filter(
      ({ start }) => !/^o\d/.test(String(start.operator)),
    );
    expect(found(parseFilter(ands), RUNS)).toEqual(uids(expected));
    expect(found(parseFilter(`${'('.repeat(90)}dose > 5${')'.repeat(90)}`), 3)).toHaveLength(3);
  });

  it('says that long text can be compared by equality only', () => {
    const long = 'x'.repeat(161);
    for (const text of [`note > '${long}'`, `note STARTS_WITH '${long}'`, `note BETWEEN 'a' AND '${long}'`]) {
      expect(() => found(parseFilter(text), 5)).toThrow(/160 characters/);
    }
    const filter = parseFilter(`note = '${'long '.repeat(60)}1'`);
    expect(found(filter, 5)).toEqual(uids(search(filter, all)).slice(0, 5));
    expect(search(filter, all).length).toBeGreaterThan(5);
  });
});
