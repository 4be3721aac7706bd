/** Results and arguments searched by path, in both databases: from the documents, by the index, and by an index that is behind. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ValueField } from '../../src/filter/fields';
import { parseFilter } from '../../src/filter/parser';
import type { RunRecord } from '../../src/model/documents';
import type { Store } from '../../src/store/store';
import { openStore } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { compareOrder, lookThrough, orderValue, valueRecords } from './value-records';

const RUNS = 1_200;
const folder = mkdtempSync(join(tmpdir(), 'provenance-values-'));
const missing = postgresMissing();
let server: PostgresServer | undefined;
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

const LONG = `${'long '.repeat(50)}1`;
const FILTERS = [
  'temporal.result.chi2 < 1.2',
  'temporal.result.chi2 >= 0 AND temporal.result.chi2 < 0.3',
  'temporal.result.chi2 = 2',
  "temporal.result.chi2 = '2'",
  'temporal.result.chi2 != 2',
  'temporal.result.chi2 IN (1, 3, 0.5) OR temporal.result = 3',
  'temporal.result.chi2 NOT IN (1, 3, 0.5)',
  `temporal.result.chi2 IN (${Array.from({ length: 60 }, (_, i) => i / 10).join(', ')})`,
  'temporal.result.chi2 BETWEEN -1 AND 1',
  'NOT temporal.result.chi2 BETWEEN -1 AND 1',
  'temporal.result.chi2 IS NULL',
  'temporal.result.chi2 IS NOT NULL',
  "temporal.result.status = 'good' AND operator = 'Ada'",
  "temporal.result.status STARTS_WITH 'g'",
  "temporal.result.status STARTS_WITH 'at https'",
  "temporal.result.status = ''",
  `temporal.result.status = '${LONG}'`,
  `temporal.result.status > '${LONG}'`,
  "temporal.result.status != 'good' OR temporal.result.ok = true",
  'temporal.result.ok = false',
  "temporal.result.tags = 'night' OR temporal.result.tags = 'Ω🙂'",
  'temporal.result.tags > 3',
  "temporal.result.files[1].path = 'b1'",
  "temporal.result.files.path = 'b1'",
  'temporal.result.files.size <= 2',
  'temporal.result.files IS NULL',
  'temporal.result.fit.chi2 = 3',
  'temporal.result.fit.chi2 IS NULL',
  "temporal.result.when = '2026-11-30'",
  'temporal.result.`odd key` = 1',
  'temporal.result.unread IS NOT NULL',
  'temporal.result.unread = 9',
  'temporal.result > 5',
  'temporal.result[1].chi2 = 7',
  "temporal.args[0].sample = 'Ni-2'",
  "args[0].sample = 'Ni-2' AND temporal.result.chi2 > 1",
  'args[1] = 2 AND NOT args[0].dose = 1',
  "args[0].sample STARTS_WITH 'A'",
  'args[2] IS NULL',
];
const ORDERS = [
  'temporal.result.chi2 < 1.2 ORDER BY temporal.result.chi2',
  'temporal.result.chi2 > 0.5 ORDER BY temporal.result.chi2 DESC',
  'temporal.result.status IS NOT NULL ORDER BY temporal.result.status DESC',
  'ORDER BY temporal.result.chi2',
  'ORDER BY temporal.result.chi2 DESC',
  "operator = 'Ada' ORDER BY temporal.result.tags",
  'args[0].dose >= 1 ORDER BY temporal.args[0].dose, temporal.result.chi2',
];
const PLACES = [
  ...[
    'chi2',
    'status',
    'ok',
    'tags',
    'files[1].path',
    'files.path',
    'files.size',
    'files',
    'fit.chi2',
    'when',
  ].map((name) => `temporal.result.${name}`),
  ...['temporal.result.`odd key`', 'temporal.result.unread', 'temporal.result', 'temporal.result[1].chi2'],
  ...['temporal.args[0].sample', 'temporal.args[0].dose', 'temporal.args[1]', 'temporal.args[2]'],
];

const STORES = [
  { name: 'SQLite', url: async () => `sqlite:${join(folder, 'runs.db')}` },
  {
    name: `PostgreSQL${missing ? `: ${missing}` : ''}`,
    url: async () => {
      server ??= await startPostgres();
      return server.createDatabase();
    },
    skip: missing !== undefined,
  },
];

describe.each(STORES)('results and arguments by path in $name', ({ url, skip }) => {
  let store: Store;
  let all: RunRecord[];

  async function write(from: number, to: number): Promise<void> {
    for (let n = from; n < to; n += 50) await store.write(valueRecords(n, Math.min(to, n + 50)));
  }

  async function check(): Promise<void> {
    for (const text of FILTERS) {
      const filter = parseFilter(text);
      const expected = lookThrough(filter, all);
      const found = await store.searchRuns({ filter, limit: RUNS * 2 });
      const numbers = expected.passing.map((run) => all.indexOf(run) + 1);
      expect([text, found.numbers], text).toEqual([text, numbers]);
      expect([text, found.unseen], text).toEqual([text, expected.unseen]);
    }
  }

  async function checkOrders(): Promise<void> {
    for (const text of ORDERS) {
      const filter = parseFilter(text);
      const { passing } = lookThrough(filter, all);
      const keys = filter.order!.map(({ field, direction }) => ({
        direction,
        place: (field as ValueField).path,
      }));
      const sign = (direction: string) => (direction === 'desc' ? -1 : 1);
      const sorted = [...passing].sort((a, b) => {
        for (const { direction, place } of keys) {
          const way = compareOrder(orderValue(a, place), orderValue(b, place));
          if (way !== 0) return sign(direction) * way;
        }
        return sign(keys[0]!.direction) * (all.indexOf(a) - all.indexOf(b));
      });
      const found = await store.searchRuns({ filter, limit: 40 });
      expect([text, found.numbers]).toEqual([text, sorted.slice(0, 40).map((run) => all.indexOf(run) + 1)]);
    }
  }

  beforeAll(async () => {
    if (skip) return;
    store = await openStore(await url(), { mode: 'write', create: true });
    await write(1, RUNS + 1);
    all = (await store.runs({ limit: RUNS * 2 })).reverse();
  });
  afterAll(() => store?.close());

  it.skipIf(skip)('are found from the documents, with the number of runs that could not be searched', check);
  it.skipIf(skip)('give an order from the documents', checkOrders);

  it.skipIf(skip)('are found the same by an index that has followed the documents', async () => {
    while (await store.indexValues({ places: PLACES, limit: 100 }));
    await check();
    await checkOrders();
  });

  it.skipIf(skip)('are found the same by an index that is behind', async () => {
    await write(RUNS + 1, RUNS + 101);
    all = (await store.runs({ limit: RUNS * 2 })).reverse();
    await check();
    await checkOrders();
    while (await store.indexValues({ places: [], limit: 100 }));
    await check();
  });
});
