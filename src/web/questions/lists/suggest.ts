/**
 * Words that may stand at a place of a filter. Node only.
 * @module
 */
import { z } from 'zod';
import { type Suggestions, suggestionsFor } from '../../../questions/lists/suggestions';
import { where } from '../inputs';
import { question } from '../question';

const input = z.strictObject({
  where,
  at: z.coerce.number().int().min(0).describe('Where the caret is, in UTF-16 units from 0.'),
  of: z.enum(['runs', 'executions']).default('runs').describe('Whose fields are meant.'),
});

/** `/suggest`. */
export const suggest = question<z.infer<typeof input>, Suggestions>({
  name: 'suggest',
  path: '/suggest',
  summary: 'Fields, operators, values and words that may stand at a place of a filter, the likeliest first.',
  input,
  answer: z.object({
    from: z.number().int().describe('The part that a word replaces.'),
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
