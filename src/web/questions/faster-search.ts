/**
 * Faster alternatives to a search that takes too long. Node only.
 * @module
 */
import { z } from 'zod';
import { type FasterSearch, fasterSearch as fasterSearchOf } from '../../questions/hints/indexed';
import { where } from './inputs';
import { question } from './question';

const input = z.strictObject({ where });

/** `/faster-search`. */
export const fasterSearch = question<z.infer<typeof input>, FasterSearch>({
  name: 'fasterSearch',
  path: '/faster-search',
  summary: 'Why a filter of runs may be slow, which fields have an index, and narrower filters.',
  input,
  answer: z.object({
    why: z.string().optional(),
    indexed: z.array(z.string()),
    metadata: z.array(z.string()),
    narrower: z.array(z.object({ words: z.string(), where: z.string() })),
  }),
  slow: false,
  ask: (scope, { where }) => fasterSearchOf(scope, where),
});
