/**
 * Checkpoints of a run: a page of them, and the numbers in all of them as series. Node only.
 * @module
 */
import { z } from 'zod';
import type { Checkpoint } from '../../../model/progress';
import { findRun } from '../../../questions/references/run-reference';
import type { Scope } from '../../../questions/scope';
import { type CheckpointSeries, checkpointSeries } from '../../../questions/stories/checkpoint-series';
import { checkpointsOf } from '../../../questions/stories/run-story';
import { limit, ref } from '../inputs';
import { question } from '../question';

const input = z.strictObject({
  ref: ref.describe('Scan id, uid, or part of a uid.'),
  after: z.coerce.number().int().min(0).optional().describe('Return the checkpoints after this index.'),
  limit,
});

/** Checkpoints of a run. */
export interface CheckpointsAnswer {
  /** The checkpoints, by index. */
  items: Checkpoint[];
  /** `after` for the next page. */
  next?: string;
  /** The number of stored checkpoints. */
  count: number;
  /** The numbers of checkpoints of earlier attempts. */
  before: { run_start: string; attempt: number; count: number }[];
}

/** `/runs/{ref}/checkpoints`. */
export const runCheckpoints = question<z.infer<typeof input>, CheckpointsAnswer>({
  name: 'runCheckpoints',
  path: '/runs/{ref}/checkpoints',
  summary: 'Checkpoints of a run, by index.',
  input,
  answer: z.object({
    items: z.array(z.looseObject({ index: z.number() })),
    next: z.string().optional(),
    count: z.number(),
    before: z.array(z.object({ run_start: z.string(), attempt: z.number(), count: z.number() })),
  }),
  async ask(scope, { ref, after = -1, limit }) {
    const { value } = await findRun(scope, ref);
    const { checkpoints, before } = await checkpointsOf(scope, value);
    const rest = checkpoints.filter(({ index }) => index > after);
    const items = rest.slice(0, limit);
    return {
      items,
      ...(rest.length > limit && { next: String(items.at(-1)!.index) }),
      count: checkpoints.length,
      before: before.map(({ checkpoints: left, ...attempt }) => ({ ...attempt, count: left.length })),
    };
  },
});

/** `/runs/{ref}/series`. */
export const runSeries = question<{ ref: string }, CheckpointSeries>({
  name: 'runSeries',
  path: '/runs/{ref}/series',
  summary: 'Numbers in the checkpoints of a run, as series over index and time.',
  input: z.strictObject({ ref }),
  answer: z.object({
    index: z.array(z.number()),
    time: z.array(z.number()),
    series: z.array(z.object({ name: z.string(), values: z.array(z.number().nullable()) })),
    left_out: z.number(),
  }),
  ask: async (scope: Scope, { ref }) => {
    const { value } = await findRun(scope, ref);
    return checkpointSeries((await checkpointsOf(scope, value)).checkpoints);
  },
});
