/**
 * The retention of checkpoints and logged lines, in steps that are short enough for writers to go between. Node only.
 * @module
 */
import type { TrimCounts } from './interface/log-query';

/** Rows of each table that one step removes at most. */
const STEP_ROWS = 5_000;

/** Removes until a step finds nothing more. */
export async function trimInSteps(step: (limit: number) => Promise<TrimCounts>): Promise<TrimCounts> {
  const all: TrimCounts = { checkpoints: 0, lines: 0 };
  for (;;) {
    const { checkpoints, lines } = await step(STEP_ROWS);
    all.checkpoints += checkpoints;
    all.lines += lines;
    if (checkpoints < STEP_ROWS && lines < STEP_ROWS) return all;
  }
}
