import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnOf } from '../../src/filter/fields';
import { equals } from '../../src/filter/filter';
import { parseFilter } from '../../src/filter/parser';
import { RUN_FIELDS } from '../../src/filter/run-fields';
import type { RunRecord } from '../../src/model/documents';
import { Connections } from '../../src/store/postgres/connection/connection';
import { searching } from '../../src/store/postgres/search';
import { openPostgresStore } from '../../src/store/postgres/store';
import type { RunQuery } from '../../src/store/search/query';
import { findRuns, type Tuning } from '../../src/store/search/search';
import type { Store } from '../../src/store/store';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { filters } from './filter-arbitraries';
import { resolved, search, written } from './filter-reference';
import { dice, executionRecords, recordsOf } from './search-records';

const missing = postgresMissing();
const RUNS = 400;

const WAYS = [
  ['the newest runs looked through', undefined],
  ['sets one by one', { window: 3, sets: 100_000 }],
  ['as the planner likes', { window: 3, sets: -1 }],
] as const;

describe.skipIf(missing)(`search in PostgreSQL${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  let store: Store;
  let connections: Connections;
  let all: RunRecord[];

  beforeAll(async () => {
    server = await startPostgres();
    const place = { url: await server.createDatabase(), location: 'postgres://test' };
    store = await openPostgresStore(place);
    connections = new Connections({ ...place, mode: 'read' });
    const roll = dice(42);
    await store.write(executionRecords());
    for (let n = 1; n <= RUNS; n += 40) {
      await store.write(Array.from({ length: 40 }, (_, i) => recordsOf(n + i, roll)).flat());
    }
    all = (await store.runs({ limit: RUNS * 2 })).reverse();
  });
  afterAll(async () => {
    await connections?.close();
    await store?.close();
    await server?.close();
  });

  const uids = (runs: readonly RunRecord[]): string[] => runs.map(({ start }) => start.uid);
  const found = async (query: RunQuery, tuning?: Partial<Tuning>): Promise<string[]> => {
    const seqs = await searching(connections, (source) => findRuns(source, query, tuning));
    return seqs.map((seq) => all[seq - 1]!.start.uid);
  };

  it.each(WAYS)('answers any filter as the documents do: %s', async (_way, tuning) => {
    await fc.assert(
      fc.asyncProperty(filters(), fc.constantFrom(3, 50, RUNS), async (filter, limit) => {
        const expected = uids(search(filter, all)).slice(0, limit);
        expect(await found({ filter: resolved(filter), limit }, tuning)).toEqual(expected);
      }),
      { numRuns: 80 },
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
          const seqs = await found({ filter: resolved(filter), limit, after }, tuning);
          expect(seqs).toEqual(expected.slice(0, limit));
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(WAYS)('reads from the bound of a range: %s', async (_way, tuning) => {
    for (const text of [
      'time > 3 AND time > 5 AND time >= 4 ORDER BY time',
      'time < 9 AND time <= 7 ORDER BY time DESC',
      'stop_time BETWEEN 3 AND 7 ORDER BY stop_time DESC',
      'stop_time >= 3 ORDER BY stop_time',
    ]) {
      const filter = parseFilter(text);
      expect(await found({ filter, limit: RUNS }, tuning)).toEqual(uids(search(written(filter), all)));
    }
    const filter = { order: [{ field: columnOf(RUN_FIELDS, 'scan_id'), direction: 'asc' as const }] };
    const ofLab = {
      ...written(filter),
      where: written({ where: equals(RUN_FIELDS, 'lab', 'hall-2') }).where,
    };
    expect(await found({ filter, lab: 'hall-2', limit: RUNS }, tuning)).toEqual(uids(search(ofLab, all)));
  });

  it.each(WAYS)('finds what the index holds in part only: %s', async (_way, tuning) => {
    const filter = parseFilter('huge.key650 = 650 OR huge.key699 BETWEEN 698 AND 700');
    const expected = uids(search(written(filter), all));
    expect(expected.length).toBeGreaterThan(2);
    expect(await found({ filter, limit: RUNS }, tuning)).toEqual(expected);
  });

  it('accepts any text as text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.constantFrom('operator', 'workflow_id', 'activity_type', 'host', 'stop.reason', 'lab'),
        async (value, field) => {
          const filter = resolved({
            where: { op: 'compare', field: field.split('.'), operator: '=', value },
          });
          expect(Array.isArray(await store.runs({ filter, limit: 3 }))).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('accepts as many conditions as the language does', async () => {
    const ors = Array.from({ length: 1900 }, (_, i) => `operator = 'o${i}'`).join(' OR ');
    expect(await store.runs({ filter: parseFilter(ors), limit: 5 })).toEqual([]);
  });
});
