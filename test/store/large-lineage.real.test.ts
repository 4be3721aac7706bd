/**
 * Questions about lineage in a store of 100,000 runs and 300,000 links, on both databases: a tenth of what `npm run bench -- lineage`
 * measures. Times are ratios of what is measured in turn; the limits leave room for a loaded machine, and none for a scan.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkAnswer, type Graph, measure, openGraph, type Taken } from '../../bench/lineage/measure.mjs';
import { QUESTIONS } from '../../bench/lineage/questions.mjs';
import { postgresPlace, sqlitePlace } from '../upkeep/stores';

const SIZES = { small: 5_000, large: 100_000 };
const ROUNDS = 3;
/** A scan would be twenty times as dear. Quick: nobody waits for it, whatever the ratio. */
const LIMITS = { growth: 6, hand: 9, quick_ms: 50 };
const NAMES = Object.keys(QUESTIONS);

describe.each([sqlitePlace(), postgresPlace()])('lineage in a large store in $name', (place) => {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-large-'));
  let graphs: { small: Graph; large: Graph };
  let nodes: Map<string, { small: number; large: number }>;
  let samples: { [name: string]: Taken[] };

  beforeAll(async () => {
    if (place.missing) return;
    await place.start();
    graphs = {
      small: await openGraph(await place.url(), SIZES.small, folder),
      large: await openGraph(await place.url(), SIZES.large, folder),
    };
    nodes = new Map();
    for (const name of NAMES)
      nodes.set(name, {
        small: await checkAnswer(name, graphs.small),
        large: await checkAnswer(name, graphs.large),
      });
    samples = await measure(graphs, ROUNDS);
  });
  afterAll(async () => {
    await graphs?.small.close();
    await graphs?.large.close();
    await place.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const check = (name: string, test: () => void) =>
    it(name, (context) => {
      context.skip(place.missing !== undefined, place.missing);
      test();
    });
  const least = (of: string, time: (taken: Taken) => number) => Math.min(...samples[of]!.map(time));

  check('the answers are those of statements that are written by hand', () => {
    expect([...nodes.values()].every(({ small, large }) => small > 0 && large > 0)).toBe(true);
  });

  check('a node costs about the same as in a small store', () => {
    const grown = NAMES.filter((name) => !QUESTIONS[name]!.of_hub)
      .map((name) => ({ name, large_ms: least(name, ({ large }) => large), ratio: growth(name) }))
      .filter(({ ratio, large_ms }) => ratio > LIMITS.growth && large_ms > LIMITS.quick_ms);
    expect(grown).toEqual([]);
  });

  check('a question costs about what a statement by hand does', () => {
    const dear = NAMES.map((name) => ({
      name,
      large_ms: least(name, ({ large }) => large),
      ratio: least(name, ({ large, hand }) => large / hand),
    })).filter(({ ratio, large_ms }) => ratio > LIMITS.hand && large_ms > LIMITS.quick_ms);
    expect(dear).toEqual([]);
  });

  function growth(name: string): number {
    const { small, large } = nodes.get(name)!;
    return least(name, (taken) => taken.large / large / (taken.small / small));
  }
});
