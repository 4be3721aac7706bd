/**
 * One execution: documents, counts, failure, chain, tree, decisions and metadata. Node only.
 * @module
 */
import { z } from 'zod';
import { type ExecutionOverview, overviewOf } from '../../../questions/executions/overview';
import { findOneExecution } from '../../../questions/references/subject';
import { ref, yes } from '../inputs';
import { question } from '../question';

const input = z.strictObject({
  ref: ref.describe("Workflow id (its newest run), Temporal's run id, or the first characters of that."),
  all: yes.default(false).describe('Return all rows of the tree, up to the limit of the server.'),
});

const counts = { activities: z.number(), attempts: z.number(), failed: z.number(), open: z.number() };

/** `/executions/{ref}`. */
export const execution = question<z.infer<typeof input>, ExecutionOverview & { remarks: string[] }>({
  name: 'execution',
  path: '/executions/{ref}',
  summary: 'One execution: its documents and counts, what failed, its chain, tree, decisions and metadata.',
  input,
  answer: z.looseObject({
    start: z.looseObject({ run_id: z.string(), workflow_id: z.string(), workflow_type: z.string() }),
    observed: z.looseObject({}).nullable(),
    settled: z.looseObject({}).nullable(),
    status: z.string(),
    counts: z.object({ ...counts, children: z.number() }),
    failure: z.looseObject({ failed: z.boolean() }).optional(),
    chain: z.looseObject({ length: z.number() }),
    types: z.array(z.object({ activity_type: z.string(), activities: z.number() })),
    tree: z.looseObject({ rows: z.array(z.looseObject({})) }),
    decisions: z.array(z.looseObject({})),
    decided: z.number(),
    late_reports: z.array(z.looseObject({})),
    metadata: z.looseObject({ fields: z.array(z.looseObject({})) }),
    remarks: z.array(z.string()),
  }),
  async ask(scope, { ref, all }) {
    const { value, remarks } = await findOneExecution(scope, ref);
    return { ...(await overviewOf(scope, value, { all })), remarks };
  },
});
