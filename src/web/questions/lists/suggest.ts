/**
 * Suggestions at a position of a filter. Node only.
 * @module
 */
import { z } from 'zod';
import { type Suggestions, suggestionsFor } from '../../../questions/lists/suggestions';
import { where } from '../inputs';
import { question } from '../question';

const input = z.strictObject({
  where,
  at: z.coerce.number().int().min(0).describe('Position of the caret, in UTF-16 units from 0.'),
  of: z.enum(['runs', 'executions']).default('runs').describe('The list that the filter is for.'),
});

/** `/suggest`. */
export const suggest = question<z.infer<typeof input>, Suggestions>({
  name: 'suggest',
  path: '/suggest',
  summary: 'Fields, operators, values and words that fit at a position of a filter, the most likely first.',
  input,
  answer: z.object({
    from: z.number().int().describe('Start of the part that a suggestion replaces.'),
    to: z.number().int(),
    items: z.array(
      z.object({
        insert: z.string(),
        kind: z.enum(['field', 'operator', 'value', 'keyword']),
        detail: z.string().optional(),
      }),
    ),
  }),
  ask: suggestionsFor,
});
