/**
 * Inputs and outputs of an execution as a whole. Node only.
 * @module
 */
import { z } from 'zod';
import { type DataOfExecution, executionDataOf } from '../../../questions/executions/data';
import { findOneExecution } from '../../../questions/references/subject';
import { ref } from '../inputs';
import { question } from '../question';

const input = z.strictObject({
  ref: ref.describe("Workflow id (its newest run), Temporal's run id, or the first characters of that."),
});

const items = z.array(
  z.object({
    id: z.string(),
    names: z.array(z.string()),
    kind: z.string(),
    sha256: z.string().optional(),
    size_bytes: z.number().optional(),
  }),
);

/** `/executions/{ref}/data`. */
export const executionData = question<z.infer<typeof input>, DataOfExecution>({
  name: 'executionData',
  path: '/executions/{ref}/data',
  summary: 'Data that an execution used from outside, and data that it generated; includes its children.',
  input,
  answer: z.object({
    used: items,
    used_total: z.number(),
    generated: items,
    generated_total: z.number(),
    truncated: z.literal(true).optional(),
  }),
  async ask(scope, { ref }) {
    const { value } = await findOneExecution(scope, ref);
    return executionDataOf(scope, value);
  },
});
