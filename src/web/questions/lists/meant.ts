/**
 * Suggestions for a word that is not a filter. Node only.
 * @module
 */
import { z } from 'zod';
import { filtersMeant } from '../../../questions/lists/meant';
import { PAGE } from '../../limits';
import { question } from '../question';

const input = z.strictObject({
  word: z.string().min(1).max(PAGE.filter_characters).describe('The word, as typed: 42, Ada.'),
});

/** `/meant`. */
export const meant = question<z.infer<typeof input>, { filters: string[] }>({
  name: 'meant',
  path: '/meant',
  summary: 'Filters that a word may mean; at least one run matches each.',
  input,
  answer: z.object({ filters: z.array(z.string()) }),
  ask: async (scope, { word }) => ({ filters: await filtersMeant(scope, word) }),
});
