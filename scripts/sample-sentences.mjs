/**
 * Draws sentences at random from the documents and from the comments, for a reader who judges whether each is understood at first
 * reading: `node scripts/sample-sentences.mjs [--docs 75] [--comments 75] [--seed N] [PATH-PREFIX…]`. The seed is printed; the same
 * seed draws the same sentences from the same tree.
 * @module
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commentSentences, documentSentences } from './sentences.mjs';

const ROOT = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { docs: { type: 'string' }, comments: { type: 'string' }, seed: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const next = randomNumbers(seed);
const asked = ({ file }) => positionals.length === 0 || positionals.some((prefix) => file.startsWith(prefix));

console.log(`seed ${seed}`);
print('documents', documentSentences(ROOT).filter(asked), Number(values.docs ?? 75));
print('comments', commentSentences(ROOT).filter(asked), Number(values.comments ?? 75));

function print(title, sentences, count) {
  console.log(`\n${title}: ${Math.min(count, sentences.length)} of ${sentences.length} sentences`);
  drawn(sentences, count).forEach(({ file, line, text }, index) => {
    console.log(`${String(index + 1).padStart(3)}  ${text}\n     ${file}:${line}`);
  });
}

function drawn(sentences, count) {
  const left = [...sentences];
  const chosen = [];
  while (chosen.length < count && left.length > 0)
    chosen.push(...left.splice(Math.floor(next() * left.length), 1));
  return chosen;
}

/** Mulberry32: small, and the same on every machine. */
function randomNumbers(start) {
  let state = start | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
