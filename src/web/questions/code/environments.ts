/**
 * Code environments, the last captured first. Node only.
 * @module
 */
import { z } from 'zod';
import { type EnvironmentItem, environmentList } from '../../../questions/stories/environment-details';
import { CODE } from '../../limits';
import { limit } from '../inputs';
import { type Part, question } from '../question';
import { environment } from '../shapes/code';
import { count, instant, part } from '../shapes/shape';

const input = z.strictObject({
  limit,
  after: z.coerce.number().int().min(1).optional().describe('`next` of the previous page.'),
});

/** An environment with its number of runs. */
export const use = {
  runs: count.describe('Number of its runs, up to a limit.'),
  more: z.boolean().describe('True if it has more runs than were counted.'),
  last: z.object({ uid: z.string(), time: instant }).optional(),
};

/** `/environments`. */
export const environments = question<z.infer<typeof input>, Part<EnvironmentItem>>({
  name: 'environments',
  path: '/environments',
  summary: 'Code environments, the last captured first, with their numbers of runs.',
  input,
  answer: part(z.looseObject({ environment, ...use })),
  async ask(scope, { limit, after }) {
    const { items, next } = await environmentList(scope, {
      limit,
      before: after,
      counted: CODE.counted_runs,
    });
    return { items, ...(next !== undefined && { next: String(next) }), remarks: [] };
  },
});
