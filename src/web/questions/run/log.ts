/**
 * What a run logged, page by page. Node only.
 * @module
 */
import { z } from 'zod';
import { levelsFrom, type NumberedLine, runLinesOf } from '../../../questions/lists/run-log';
import { findRun } from '../../../questions/references/run-reference';
import { limit, logFilter, ref } from '../inputs';
import { type Part, question } from '../question';

const input = z.strictObject({
  ref: ref.describe('Scan id, uid, or part of a uid.'),
  ...logFilter,
  after: z.coerce.number().int().min(0).optional().describe('`next` of the previous page.'),
  limit,
});

/** `/runs/{ref}/log`. */
export const runLog = question<z.infer<typeof input>, Part<NumberedLine>>({
  name: 'runLog',
  path: '/runs/{ref}/log',
  summary: 'What a run logged, oldest first.',
  input,
  answer: z.object({
    items: z.array(z.looseObject({ ordinal: z.number(), level: z.string(), message: z.string() })),
    next: z.string().optional(),
    remarks: z.array(z.string()),
  }),
  async ask(scope, { ref, text, level, after, limit }) {
    const { value, remarks } = await findRun(scope, ref);
    const levels = levelsFrom(level);
    const lines = await runLinesOf(scope, value, { text, levels, after, limit: limit + 1 });
    const items = lines.slice(0, limit);
    const next = lines.length > limit ? String(items.at(-1)!.ordinal) : undefined;
    return { items, ...(next !== undefined && { next }), remarks };
  },
});
