/**
 * Creates stores with the graph and times each question in each of them, compared with handwritten statements.
 */
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { median, roundOrder } from '../_rounds.mjs';
import { byHand } from './by-hand.mjs';
import { fillGraph } from './graph.mjs';
import { QUESTIONS } from './questions.mjs';

const require = createRequire(import.meta.url);
const { openStore } = require('../../dist/src/store/open.js');
const { openProvenance } = require('../../dist/src/index.js');

/** Each round asks a question this often, so that its time exceeds the resolution of the clock. */
const CALLS = 5;

/** Creates a new store with `runs` runs. `folder` is for a file that one of them has written. */
export async function openGraph(url, runs, folder) {
  const places = await fillGraph(url, runs, folder);
  const [store, hand] = [await openStore(url, { mode: 'read' }), await byHand(url)];
  const provenance = await openProvenance({ store: url });
  const close = () => Promise.all([store.close(), hand.close(), provenance.close()]);
  return { places, asked: { store, provenance }, hand, close };
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

/**
 * Returns the nodes of the answer. @throws Error if the answer differs from the handwritten statement's: their
 * times could not be compared
 */
export async function checkAnswer(name, { places, asked, hand }) {
  const question = QUESTIONS[name];
  const [ours, theirs] = [await question.ours(asked, places), await question.hand(hand, places)];
  if (ours.toSorted().join('\n') !== theirs.toSorted().join('\n'))
    throw new Error(`${name}: ${ours.length} lines here, ${theirs.length} by hand, and not the same`);
  return new Set(ours.flatMap((line) => line.split(' ').slice(0, 2))).size;
}

/**
 * For each question, the times of each round in ms: in the small graph, in the large graph, and by hand in the
 * large graph.
 */
export async function measure(graphs, rounds) {
  const samples = Object.fromEntries(Object.keys(QUESTIONS).map((name) => [name, []]));
  for (let round = -1; round < rounds; round += 1)
    for (const [name, { ours, hand }] of Object.entries(QUESTIONS)) {
      const taken = {};
      for (const variant of roundOrder(['small', 'large', 'hand'], round + 1)) {
        const graph = graphs[variant === 'small' ? 'small' : 'large'];
        taken[variant] = await timeOf(() =>
          variant === 'hand' ? hand(graph.hand, graph.places) : ours(graph.asked, graph.places),
        );
      }
      if (round >= 0) samples[name].push(taken); // The first round warms up.
    }
  return samples;
}
