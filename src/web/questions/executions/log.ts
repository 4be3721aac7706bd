/**
 * What an execution and its activities logged. Node only.
 * @module
 */
import { z } from 'zod';
import { executionLinesOf, type OwnedLine } from '../../../questions/lists/logged';
import { levelsFrom } from '../../../questions/lists/run-log';
import { findOneExecution } from '../../../questions/references/subject';
import { limit, logFilter, ref } from '../inputs';
import { question } from '../question';

const input = z.strictObject({
  ref: ref.describe("Workflow id (its newest run), Temporal's run id, or the first characters of that."),
  ...logFilter,
  limit,
});

/** Lines, and whether there are more. */
export interface ExecutionLog {
  /** The lines, oldest first. */
  items: OwnedLine[];
  /** True if there are older lines. */
  more: boolean;
}

/** `/executions/{ref}/log`. */
export const executionLog = question<z.infer<typeof input>, ExecutionLog>({
  name: 'executionLog',
  path: '/executions/{ref}/log',
  summary: 'What an execution and its activities logged: the newest lines, oldest first.',
  input,
  answer: z.object({
    items: z.array(z.looseObject({ time: z.number(), level: z.string(), message: z.string() })),
    more: z.boolean(),
  }),
  async ask(scope, { ref, text, level, limit }) {
    const { value } = await findOneExecution(scope, ref);
    const levels = levelsFrom(level);
    const lines = await executionLinesOf(scope, value, { text, levels, limit: limit + 1 });
    return { items: lines.slice(0, limit).reverse(), more: lines.length > limit };
  },
});
