/**
 * Stores with the graph in them, and the time that each question takes in each, beside statements that are written by hand.
 */
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { median, roundOrder } from '../_rounds.mjs';
import { byHand } from './by-hand.mjs';
import { fillGraph } from './graph.mjs';
import { nodesOf, QUESTIONS } from './questions.mjs';

const { openStore } = createRequire(import.meta.url)('../../dist/src/store/open.js');

/** A question is put so often in a round that its time is more than the clock's grain. */
const CALLS = 5;

/** A new store of so many runs: `{places, store, hand, close}`. */
export async function openGraph(url, runs) {
  const places = await fillGraph(url, runs);
  const [store, hand] = [await openStore(url, { mode: 'read' }), await byHand(url)];
  return { places, store, hand, close: () => Promise.all([store.close(), hand.close()]) };
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

/** Nodes of the answer. @throws Error where it is not that of the statement by hand: then their times say nothing. */
export async function checkAnswer(name, { places, store, hand }) {
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

/** For each question, the times of each round in ms: in the small graph, in the large one, and by hand in the large one. */
export async function measure(graphs, rounds) {
  const samples = Object.fromEntries(Object.keys(QUESTIONS).map((name) => [name, []]));
  for (let round = -1; round < rounds; round += 1)
    for (const [name, { ours, hand }] of Object.entries(QUESTIONS)) {
      const taken = {};
      for (const variant of roundOrder(['small', 'large', 'hand'], round + 1)) {
        const graph = graphs[variant === 'small' ? 'small' : 'large'];
        taken[variant] = await timeOf(() =>
          variant === 'hand' ? hand(graph.hand, graph.places) : ours(graph.store, graph.places),
        );
      }
      if (round >= 0) samples[name].push(taken); // the first round warms up
    }
  return samples;
}
