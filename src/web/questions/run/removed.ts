/**
 * What was removed from the record of a run on purpose. Node only.
 * @module
 */
import { z } from 'zod';
import { type Removal, removalsOf } from '../../../questions/stories/related-runs';
import { ref } from '../inputs';
import { question } from '../question';

/** `/runs/{ref}/removed`. */
export const removedRun = question<{ ref: string }, { items: Removal[] }>({
  name: 'removedRun',
  path: '/runs/{ref}/removed',
  summary:
    'What was removed from a run on purpose: when, by whom and why. For a removed run, use its full uid.',
  input: z.strictObject({ ref: ref.describe('uid.') }),
  answer: z.object({
    items: z.array(z.looseObject({ what: z.string(), time: z.number(), reason: z.string() })),
  }),
  ask: async (scope, { ref }) => ({ items: await removalsOf(scope, ref) }),
});
