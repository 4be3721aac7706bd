/** The page of figures says what the results in bench/results say, and names what falls short. */
import { expect, test } from 'vitest';
import { figuresIn, figuresText, readDocument, readResults, shortfalls } from '../bench/_document.mjs';

test('the tables show the results that are kept', () => {
  expect(figuresIn(readDocument())).toBe(figuresText(readResults()).trim());
});

test('each figure that misses its target is explained', () => {
  const document = readDocument();
  const explained = document.slice(document.indexOf('## What falls short'), document.indexOf('## Figures'));
  const unexplained = shortfalls(readResults()).filter(({ figure }) => !explained.includes(`\`${figure}\``));
  expect(unexplained).toEqual([]);
});

test('each result names its machine, its time and its rounds', () => {
  for (const { bench, time, machine, rounds, figures } of readResults()) {
    expect(bench).toMatch(/^[a-z-]+$/);
    expect(Date.parse(time)).toBeGreaterThan(0);
    expect(rounds).toBeGreaterThan(0);
    expect(Object.values(machine).every((fact) => fact !== '' && fact !== 'unknown')).toBe(true);
    expect(figures.length).toBeGreaterThan(0);
  }
});
