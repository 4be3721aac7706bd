/**
 * The numbers of waiting and recently refused activities, for the banner above lists. Node only.
 * @module
 */
import { z } from 'zod';
import { type RefusedCounts, refusedCounts } from '../../../questions/lists/refused';
import { question } from '../question';

const input = z.strictObject({});

/** `/refusals/counts`. */
export const refusedNow = question<z.infer<typeof input>, RefusedCounts>({
  name: 'refusedNow',
  path: '/refusals/counts',
  summary: 'How many activities wait for metadata, and how many were refused in the last day.',
  input,
  answer: z.object({
    waiting: z.number().int(),
    refused: z.number().int(),
    more: z.boolean(),
  }),
  ask: (scope) => refusedCounts(scope),
});
