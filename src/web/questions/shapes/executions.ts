/**
 * Shapes of executions and of refused activities. Node only.
 * @module
 */
import { z } from 'zod';
import { issues, recordedError, runRecord } from './runs';
import { count, instant, json, shape } from './shape';

const address = { namespace: z.string(), workflow_id: z.string(), run_id: z.string() };

/** An execution's opening facts. */
export const executionStart = shape(
  'ExecutionStart',
  z.looseObject({
    ...address,
    workflow_type: z.string(),
    start_time: instant,
    task_queue: z.string(),
    first_execution_run_id: z.string(),
    parent: z.looseObject(address).optional(),
    attempt: z.number().int(),
    origin: z.enum(['sandbox', 'history']),
  }),
);

/** An execution's end. */
export const executionClose = shape(
  'ExecutionClose',
  z.looseObject({
    ...address,
    close_time: instant,
    status: z.enum([
      'completed',
      'failed',
      'canceled',
      'terminated',
      'timed_out',
      'continued_as_new',
      'lost',
    ]),
    result: z.array(json).optional(),
    error: recordedError.optional(),
    origin: z.enum(['sandbox', 'server']),
  }),
);

const record = {
  start: executionStart,
  observed: executionClose.nullable(),
  settled: executionClose.nullable(),
};

/** An execution with what people know it by, as members of an object. */
export const executionViewMembers = {
  ...record,
  status: z.string(),
  lab: z.string().optional(),
  operator: json.optional(),
  sample: json.optional(),
  scan_id: z.number().int().optional(),
};

/** An execution with what people know it by. */
export const executionView = shape('Execution', z.looseObject(executionViewMembers));

/** What was decided about an execution from outside. */
export const decision = shape(
  'Decision',
  z.looseObject({
    ...address,
    kind: z.enum(['signal', 'update', 'cancel', 'terminate', 'reset']),
    ordinal: count,
    name: z.string().optional(),
    time: instant,
    identity: z.string().optional(),
    reason: z.string().optional(),
  }),
);

/** A refusal, as it was recorded. */
export const refusal = shape(
  'Refusal',
  z.looseObject({
    refusal_id: z.string(),
    time: instant,
    lab: z.string(),
    issues,
    document: z.string().describe('JSON text: `fields`, `sources`, `temporal`, `next_time`.'),
  }),
);

const branch = {
  runs: z.array(runRecord),
  decisions: z.array(decision),
  refusals: z.array(refusal),
  children: z.array(z.lazy(() => executionTree)),
};

/** An execution with its runs and its children. */
export const executionTree: z.ZodType = shape('ExecutionTree', z.looseObject({ ...record, ...branch }));

/** An activity that a rule refused. */
export const refusedActivity = shape(
  'RefusedActivity',
  z.looseObject({
    status: z.enum(['waiting', 'opened', 'ended', 'refused']),
    lab: z.string(),
    temporal: z.looseObject({}),
    tries: count,
    first_time: instant,
    last_time: instant,
    next_time: instant.optional(),
    issues,
    metadata: z.looseObject({}),
    uid: z.string().optional(),
  }),
);
