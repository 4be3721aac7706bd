/**
 * Workers: their sessions, and one of these. Node only.
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
  open: z.boolean().describe('False where its end is recorded. A killed worker records none.'),
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
    more_runs: z.boolean().describe('There are more runs than were summed: the last ones were.'),
    loaded_later: count.describe('Files of own code that were loaded after its environment was captured.'),
  }),
);

const listInput = z.strictObject({ limit });

/** Worker sessions. */
export interface WorkersAnswer {
  workers: WorkerView[];
  /** There are older ones. */
  more: boolean;
}

/** `/workers`. */
export const workers = question<z.infer<typeof listInput>, WorkersAnswer>({
  name: 'workers',
  path: '/workers',
  summary: 'Worker sessions, the last to begin first: who, where, which code, which rules, since when.',
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
