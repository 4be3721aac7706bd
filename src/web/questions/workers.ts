/**
 * Worker sessions, and one of them. Node only.
 * @module
 */
import { z } from 'zod';
import { type WorkerDetail, type WorkerView, workerOf, workersOf } from '../../questions/stories/workers';
import { limit } from './inputs';
import { question } from './question';
import { workerSession } from './shapes/code';
import { count, instant, json, shape } from './shapes/shape';

const members = {
  session: workerSession,
  open: z.boolean().describe('False if its end is recorded. A killed worker records none.'),
  code: z.string().optional().describe('In words.'),
  plugins: json.optional(),
  last_run_time: instant.optional(),
};
const worker = shape('Worker', z.looseObject(members));
const workerDetail = shape(
  'WorkerDetail',
  z.looseObject({
    ...members,
    resources: z.looseObject({
      runs: count,
      duration_ms: z.number(),
      cpu_ms: z.number(),
      max_rss_bytes: count,
    }),
    more_runs: z.boolean().describe('True if it has more runs: only the last ones were summed.'),
    loaded_later: count.describe(
      'Number of own code files that were loaded after the environment was captured.',
    ),
  }),
);

const listInput = z.strictObject({ limit });

/** Worker sessions. */
export interface WorkersAnswer {
  workers: WorkerView[];
  /** True if there are older ones. */
  more: boolean;
}

/** `/workers`. */
export const workers = question<z.infer<typeof listInput>, WorkersAnswer>({
  name: 'workers',
  path: '/workers',
  summary: 'Worker sessions, the last started first: user, host, code, rules and start time.',
  input: listInput,
  answer: z.looseObject({ workers: z.array(worker), more: z.boolean() }),
  ask: (scope, { limit }) => workersOf(scope, limit),
});

const input = z.strictObject({ session: z.string().min(1).max(200).describe('Id of a worker session.') });

/** `/workers/{session}`. */
export const oneWorker = question<z.infer<typeof input>, WorkerDetail>({
  name: 'worker',
  path: '/workers/{session}',
  summary: 'One worker session, with what its runs used.',
  input,
  answer: workerDetail,
  ask: (scope, { session }) => workerOf(scope, session),
});
