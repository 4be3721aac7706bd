/**
 * Deletes old checkpoints and logged lines in short steps, so that writers can write in between. Node only.
 * @module
 */
import type { TrimCounts } from './interface/log-query';

/** The highest number of rows per table that one step deletes. */
const STEP_ROWS = 5_000;

/** Deletes until a step finds no more rows. */
export async function trimInSteps(step: (limit: number) => Promise<TrimCounts>): Promise<TrimCounts> {
  const all: TrimCounts = { checkpoints: 0, lines: 0 };
  for (;;) {
    const { checkpoints, lines } = await step(STEP_ROWS);
    all.checkpoints += checkpoints;
    all.lines += lines;
    if (checkpoints < STEP_ROWS && lines < STEP_ROWS) return all;
  }
}
