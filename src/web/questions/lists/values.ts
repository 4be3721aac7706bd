/**
 * The frequent values of fields in the newest runs, for menus that filter a list. Node only.
 * @module
 */
import { z } from 'zod';
import { type RecentValues, recentValues } from '../../../questions/lists/recent-values';
import { question } from '../question';
import { columns } from './rows';

const input = z.strictObject({
  fields: columns.describe('Names of fields, separated by commas: status,operator,sample.'),
  most: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(12)
    .describe('Maximum number of values for each field.'),
});

/** `/values`. */
export const values = question<z.infer<typeof input>, RecentValues>({
  name: 'values',
  path: '/values',
  summary: 'The most frequent values of fields in the last recorded runs.',
  input,
  answer: z.object({
    looked_at: z.number().int(),
    fields: z.record(
      z.string(),
      z.array(z.object({ value: z.union([z.string(), z.number(), z.boolean()]), runs: z.number().int() })),
    ),
  }),
  ask: (scope, { fields = [], most }) => recentValues(scope, fields, most),
});
