/**
 * What questions about lineage cost, on both databases: in a store of 1,000,000 runs and 3,000,000 links beside one of 10,000 runs, for
 * each node that is answered; and beside statements that are written by hand. Rounds alternate. `npm run bench -- lineage`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { median, parseBenchArguments, report, roundOrder, spread } from './_rounds.mjs';
import { byHand } from './lineage/by-hand.mjs';
import { fillGraph } from './lineage/graph.mjs';
import { nodesOf, QUESTIONS } from './lineage/questions.mjs';
import { benchServer } from './postgres/server.mjs';

const { openStore } = createRequire(import.meta.url)('../dist/src/store/open.js');

const options = parseBenchArguments();
const SIZES = options.quick ? { small: 10_000, large: 100_000 } : { small: 10_000, large: 1_000_000 };
/** A question is put so often in a round that its time is more than the clock's grain. */
const CALLS = 5;
/** How much dearer a node may be in the large store, how much dearer a question may be than by hand, and what is quick in any case. */
const LIMITS = { growth: 2, hand: 3, quick_ms: 5 };

async function openGraph(url, runs) {
  const places = await fillGraph(url, runs);
  return { places, store: await openStore(url, { mode: 'read' }), hand: await byHand(url) };
}

async function timeOf(ask) {
  const times = [];
  for (let call = 0; call < CALLS; call += 1) {
    const began = performance.now();
    await ask();
    times.push(performance.now() - began);
  }
  return median(times);
}

/** Both must answer the same links: else their times say nothing. */
async function checkAnswers(name, { places, store, hand }) {
  const question = QUESTIONS[name];
  const [ours, theirs] = [await question.ours(store, places), await question.hand(hand, places)];
  const text = (links) =>
    links
      .map((link) => `${link.earlier} ${link.later} ${link.kind}`)
      .sort()
      .join('\n');
  if (text(ours) !== text(theirs))
    throw new Error(`${name}: ${ours.length} links here, ${theirs.length} by hand, and not the same`);
  return nodesOf(ours);
}

async function measure(graphs) {
  const samples = Object.fromEntries(Object.keys(QUESTIONS).map((name) => [name, []]));
  for (let round = -1; round < options.rounds; round += 1)
    for (const [name, { ours, hand }] of Object.entries(QUESTIONS)) {
      const taken = {};
      for (const variant of roundOrder(['small', 'large', 'hand'], round + 1)) {
        const { places, store, hand: statements } = graphs[variant === 'small' ? 'small' : 'large'];
        taken[variant] = await timeOf(() =>
          variant === 'hand' ? hand(statements, places) : ours(store, places),
        );
      }
      if (round >= 0) samples[name].push(taken); // the first round warms up
    }
  return samples;
}

function figuresOf(dialect, name, samples, nodes) {
  const growth = samples.map((taken) => taken.large / nodes.large / (taken.small / nodes.small));
  const by_hand = samples.map(({ large, hand }) => large / hand);
  const large_ms = median(samples.map(({ large }) => large));
  return [
    {
      figure: `${dialect}: ${name}: ${nodes.large} nodes`,
      unit: 'ms',
      ...spread(samples.map(({ large }) => large)),
    },
    // A small store has no hub to count.
    ...(QUESTIONS[name].of_hub
      ? []
      : [
          {
            figure: `${dialect}: ${name}: a node, ${SIZES.large} runs / ${SIZES.small}`,
            ...spread(growth),
            target: `≤ ${LIMITS.growth}`,
            holds: median(growth) <= LIMITS.growth,
          },
        ]),
    {
      figure: `${dialect}: ${name}: ours / by hand`,
      ...spread(by_hand),
      target: `≤ ${LIMITS.hand}, or ≤ ${LIMITS.quick_ms} ms`,
      holds: median(by_hand) <= LIMITS.hand || large_ms <= LIMITS.quick_ms,
    },
  ];
}

async function figures(dialect, urlOf) {
  const graphs = {};
  for (const [size, runs] of Object.entries(SIZES)) {
    process.stderr.write(`lineage: ${dialect}, ${runs} runs\r`);
    graphs[size] = await openGraph(urlOf(size), runs);
  }
  try {
    const nodes = {};
    for (const name of Object.keys(QUESTIONS))
      nodes[name] = {
        small: await checkAnswers(name, graphs.small),
        large: await checkAnswers(name, graphs.large),
      };
    const samples = await measure(graphs);
    return Object.keys(QUESTIONS).flatMap((name) => figuresOf(dialect, name, samples[name], nodes[name]));
  } finally {
    for (const { store, hand } of Object.values(graphs)) await Promise.all([store.close(), hand.close()]);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'provenance-lineage-'));
const server = await benchServer();
const all = [];
try {
  all.push(...(await figures('SQLite', (size) => `sqlite:${join(folder, `${size}.db`)}`)));
  if (server) all.push(...(await figures('PostgreSQL', (size) => `${server.url}?schema=${size}`)));
} finally {
  rmSync(folder, { recursive: true, force: true });
  await server?.close();
}
report('lineage', all, options);
