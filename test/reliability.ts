/**
 * Lengths of the tests of damage and load, and their figures, kept for docs/reference/reliability.md: `npm run test:soak` names the file
 * that they are added to.
 * @module
 */
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect } from 'vitest';

/** The longest versions are asked for: `npm run test:soak`. */
export const SOAK = process.env.SOAK === '1';

/**
 * A count or a time by the length that is asked for: `short` with `npm test`, where a file takes a minute at most; `full` with
 * `npm run test:all`, as CI does; `soak` with `npm run test:soak`.
 */
export function byLength<T>(lengths: { short: T; full: T; soak: T }): T {
  if (SOAK) return lengths.soak;
  return process.env.FULL === '1' ? lengths.full : lengths.short;
}

export interface ReliabilityFigure {
  /** Row of the table in docs/reference/reliability.md: A1 … K1. */
  row: string;
  /** What was measured, on which store. */
  figure: string;
  value: number;
  unit?: string;
  /** What must hold, as people write it: `≤ 100 ms`. */
  limit?: string;
  holds?: boolean;
}

/** Notes a figure, whether it holds or not; the test asserts it by itself. */
export function measured(figure: ReliabilityFigure): void {
  const file = process.env.RELIABILITY_FIGURES;
  if (!file) return;
  const { testPath = '', currentTestName = '' } = expect.getState();
  const test = `${relative(process.cwd(), testPath)} > ${currentTestName}`;
  appendFileSync(file, `${JSON.stringify({ ...figure, test, long: SOAK })}\n`);
}

/** The value below which that share of them lies; 0.5 is the median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}
