/**
 * The labelled set on a real server: what `lineage` tells of its workflows is compared with what a careful person says. The results are
 * published in docs/reference/lineage-labelled.md; `LABELLED=write` writes them there.
 */
import { beforeAll, expect, test } from 'vitest';
import { CASES } from './cases';
import { type Judged, judge } from './judge';
import { observe } from './laboratory';
import { readResults, resultsText, sumsOf, writeResults } from './page';

/** Part of the links that must be found. */
const FOUND_AT_LEAST = 0.95;

/** Name of the one case to look at, to find out why. */
const only = process.env.LABELLED_CASE;

let judged: Judged[] = [];

beforeAll(async () => {
  const cases = CASES.filter(({ name }) => only === undefined || name === only);
  const { runs, links } = await observe(cases);
  judged = cases.map((one) => judge(one, links.get(one.name) ?? [], runs));
  if (process.env.LABELLED === 'write') writeResults(resultsText(judged));
}, 600_000);

const of = (name: string) => (link: string) => `${name}: ${link}`;
const each = (pick: (of: Judged) => readonly string[]) =>
  judged.flatMap((one) => pick(one).map(of(one.name)));

test('no false link is found', () => {
  expect(each(({ false_links }) => false_links)).toEqual([]);
});

test('every labelled link is found, except the known misses', () => {
  const known = new Set(CASES.flatMap(({ name, misses = {} }) => Object.keys(misses).map(of(name))));
  expect(each(({ missed }) => missed).filter((miss) => !known.has(miss))).toEqual([]);
});

test('each known miss is missed', () => {
  expect(each(({ found_after_all }) => found_after_all)).toEqual([]);
});

test.skipIf(only !== undefined)('nineteen of twenty links are found', () => {
  const { there, found } = sumsOf(judged);
  expect(there).toBeGreaterThan(250);
  expect(found / there).toBeGreaterThanOrEqual(FOUND_AT_LEAST);
});

test.skipIf(only !== undefined)('the published results are those of this run', () => {
  expect(readResults()).toBe(resultsText(judged));
});
