/**
 * Measures the cost of questions about lineage on both databases, per node of the answer. A store of 1,000,000
 * runs and 3,000,000 links is compared with one of 10,000 runs, and with handwritten statements. Rounds
 * alternate. `npm run bench -- lineage`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, parseBenchArguments, report, spread } from './_rounds.mjs';
import { checkAnswer, measure, openGraph } from './lineage/measure.mjs';
import { QUESTIONS } from './lineage/questions.mjs';
import { benchServer } from './postgres/server.mjs';

const options = parseBenchArguments();
const SIZES = options.quick ? { small: 10_000, large: 100_000 } : { small: 10_000, large: 1_000_000 };
/**
 * `growth`: the most that a node may cost in the large store, relative to the small one. `hand`: the most that
 * a question may cost, relative to handwritten SQL. `quick_ms`: a question that takes less always passes.
 */
const LIMITS = { growth: 2, hand: 3, quick_ms: 5 };

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
    // A small store has no hub to measure.
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
  try {
    for (const [size, runs] of Object.entries(SIZES)) {
      process.stderr.write(`lineage: ${dialect}, ${runs} runs\r`);
      graphs[size] = await openGraph(urlOf(size), runs, folder);
    }
    const nodes = {};
    for (const name of Object.keys(QUESTIONS))
      nodes[name] = {
        small: await checkAnswer(name, graphs.small),
        large: await checkAnswer(name, graphs.large),
      };
    const samples = await measure(graphs, options.rounds);
    return Object.keys(QUESTIONS).flatMap((name) => figuresOf(dialect, name, samples[name], nodes[name]));
  } finally {
    for (const graph of Object.values(graphs)) await graph.close();
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
