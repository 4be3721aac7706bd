/** What is recorded of a long value does not keep the value in memory. */
import { expect, test } from 'vitest';
import { recordValue } from '../../src/values/values';
import { bytesKept } from '../garbage';

const VALUES = 50;
const CHARACTERS = 900_000;

const words = (salt: number) => `${salt} ${'a word '.repeat(CHARACTERS / 7)}`;

test.each([
  ['strings', (i: number) => words(i)],
  ['objects', (i: number) => ({ note: words(i) })],
  ['strings that are sampled', (i: number) => words(i) + words(i)],
])('%s', (_name, make) => {
  const { kept, bytes } = bytesKept(() => Array.from({ length: VALUES }, (_, i) => recordValue(make(i))));
  expect(JSON.stringify(kept).length).toBeLessThan(VALUES * 1_000);
  expect(bytes).toBeLessThan((VALUES * CHARACTERS) / 10);
});
