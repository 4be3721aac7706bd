/**
 * The rows of an execution's timeline, page by page, and its axis. Node only.
 * @module
 */
import { z } from 'zod';
import { TIMELINE_STATES, type Timeline, timelineOf } from '../../../questions/executions/timeline';
import { findOneExecution } from '../../../questions/references/subject';
import { PAGE } from '../../limits';
import { limit, ref } from '../inputs';
import { question } from '../question';

/** The parameters that select the rows and the axis. */
export const timelineChoice = {
  state: z.enum(TIMELINE_STATES).optional().describe('Only activities and children in this state.'),
  activity: z.string().max(PAGE.filter_characters).optional().describe('Only activities of this type.'),
  text: z
    .string()
    .max(200)
    .optional()
    .describe('Text in the type or the error; or an activity id, a scan id, a uid or a workflow id.'),
  from: z.coerce.number().optional().describe('Start of the axis, UNIX seconds.'),
  to: z.coerce.number().optional().describe('End of the axis, UNIX seconds.'),
  idle: z.enum(['fold', 'show']).default('fold').describe('Spans in which nothing ran.'),
};

const input = z.strictObject({
  ref: ref.describe("Workflow id (its newest run), Temporal's run id, or the first characters of that."),
  ...timelineChoice,
  skip: z.coerce.number().int().min(0).default(0).describe('Number of rows to skip.'),
  limit,
});

/** `/executions/{ref}/timeline`. */
export const executionTimeline = question<z.infer<typeof input>, Timeline>({
  name: 'executionTimeline',
  path: '/executions/{ref}/timeline',
  summary: 'Timeline of an execution: a row for each activity with its attempts, and for each child.',
  input,
  answer: z.object({
    run_id: z.string(),
    status: z.string(),
    begin: z.number(),
    end: z.number(),
    since: z.number(),
    until: z.number(),
    axis: z.array(
      z.object({
        begin: z.number(),
        end: z.number(),
        from: z.number(),
        to: z.number(),
        idle: z.literal(true).optional(),
      }),
    ),
    marks: z.array(z.object({ kind: z.string(), name: z.string().optional(), time: z.number() })),
    rows: z.array(z.looseObject({ status: z.string() })),
    skipped: z.number(),
    total: z.number(),
  }),
  async ask(scope, { ref, activity, idle, ...wanted }) {
    const { value } = await findOneExecution(scope, ref);
    const unfolded = idle === 'show';
    return timelineOf(scope, value, { ...wanted, activity_type: activity, unfolded });
  },
});
