import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatFilter } from '../../src/filter/format';
import type { RunRecord } from '../../src/model/documents';
import { openStore } from '../built';
import { newFolder } from '../record/spool-kit';
import { filters } from '../store/filter-arbitraries';
import { resolved, search } from '../store/filter-reference';
import { dice, executionRecords, recordsOf } from '../store/search-records';
import { startSite, type TestSite } from './site-kit';

const RUNS = 200;
/** Longest filter that an address holds. */
const CHARACTERS = 4_000;

let folder: string;
let site: TestSite;
let all: RunRecord[];
beforeAll(async () => {
  folder = await newFolder();
  const url = `sqlite:${join(folder, 'runs.db')}`;
  const store = await openStore(url, { mode: 'write', create: true });
  const roll = dice(42);
  await store.write(executionRecords());
  await store.write(Array.from({ length: RUNS }, (_, i) => recordsOf(i + 1, roll)).flat());
  all = (await store.runs({ limit: 2 * RUNS })).reverse();
  await store.close();
  site = await startSite({ store: url });
});
afterAll(async () => {
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

const asked = (where: string) =>
  site.get(`/api/v1/runs?attempts=true&limit=500&where=${encodeURIComponent(where)}`);

describe('a filter in an address', () => {
  it('finds the runs that the rules of filters define, in their order', async () => {
    const texts = fc.sample(filters(), { numRuns: 60, seed: 7 });
    let compared = 0;
    for (const filter of texts) {
      const where = formatFilter(resolved(filter));
      if (where.length > CHARACTERS) continue;
      const answer = (await (await asked(where)).json()) as { items?: { start: { uid: string } }[] };
      const found = answer.items?.map(({ start }) => start.uid);
      const expected = search(filter, all).map(({ start }) => start.uid);
      expect({ where, found }).toEqual({ where, found: expected });
      compared++;
    }
    expect(compared).toBeGreaterThan(30);
  }, 60_000);

  it.each([
    "operator = 'x' OR 1=1 --",
    "operator = ''; DROP TABLE run; --'",
    "operator = 'x' UNION SELECT * FROM run",
    "operator = '\u0000'",
    "operator = '%' AND plan_name = '_'",
    "operator LIKE '%'",
    `operator = '${'\\'.repeat(50)}'`,
    "a'b = 1",
    '"a" = "b"',
    '$$ = 1',
    "x['y'] = 1",
    '((((((((((',
    'NOT '.repeat(2_000),
    "operator = '\u202e\u{1f4a9}'",
  ])('that means harm is a filter like others, or none: %s', async (where) => {
    const response = await asked(where);
    expect([200, 400]).toContain(response.status);
    expect(await response.text()).not.toMatch(/SQLITE|syntax error at|\n\s+at /);
    expect((await asked('')).status).toBe(200);
  });
});
