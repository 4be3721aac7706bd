/**
 * Shapes of runs and their documents. Node only.
 * @module
 */
import { z } from 'zod';
import { count, digest, instant, json, shape } from './shape';

/** Where a metadata field came from. */
export const source = z.enum(['user', 'plan', 'inferred', 'stash']);

const address = { namespace: z.string(), workflow_id: z.string(), run_id: z.string() };
const issue = z.looseObject({ path: z.array(z.union([z.string(), z.number()])), message: z.string() });
/** Faults of metadata. */
export const issues = z.array(issue);

/** An error as it was observed, with its causes. */
export const recordedError: z.ZodType = shape(
  'RecordedError',
  z.looseObject({
    type: z.string(),
    message: z.string(),
    stack: z.string().optional(),
    non_retryable: z.boolean().optional(),
    details: z.array(json).optional(),
    cause: z.lazy(() => recordedError).optional(),
  }),
);

const temporalStart = z.looseObject({
  namespace: z.string(),
  workflow_id: z.string().optional(),
  run_id: z.string().optional(),
  workflow_type: z.string().optional(),
  first_execution_run_id: z.string().optional(),
  parent: z.looseObject({ workflow_id: z.string(), run_id: z.string() }).optional(),
  root: z.looseObject({ workflow_id: z.string(), run_id: z.string() }).optional(),
  schedule_id: z.string().optional(),
  scheduled_start_time: instant.optional(),
  caller: z.looseObject(address).optional(),
  activity_id: z.string(),
  activity_type: z.string(),
  activity_run_id: z.string().optional(),
  args: z.array(json),
  options: z.looseObject({}),
  attempt: z.number().int(),
  heartbeat_details: z.array(json).optional(),
  is_local: z.boolean(),
  task_queue: z.string(),
  scheduled_time: instant,
  worker: z.looseObject({ host: z.string(), identity: z.string().optional() }),
});

const provenanceStart = z.looseObject({
  schema_version: z.number().int(),
  lab: z.string(),
  environment: digest.optional(),
  code: digest.optional(),
  session: z.string().optional(),
  sources: z.record(z.string(), source).optional(),
  shadowed: z.record(z.string(), z.partialRecord(source, json)).optional(),
  rules: digest.optional(),
  issues: issues.optional(),
  unvalidated: z.string().optional(),
  redactions: z.record(z.string(), count).optional(),
  retry_of: z.string().optional(),
  storage: z.looseObject({ storage_id: z.string(), state_id: count }).optional(),
});

/** The document that opens a run. */
export const startDocument = shape(
  'StartDocument',
  z
    .looseObject({
      uid: z.string(),
      time: instant,
      scan_id: z.number().int().optional(),
      temporal: temporalStart,
      provenance: provenanceStart,
    })
    .describe('Opens a run. Its metadata fields are further members.'),
);

/** The document that ends a run, as its worker saw it. */
export const stopDocument = shape(
  'StopDocument',
  z.looseObject({
    uid: z.string(),
    time: instant,
    run_start: z.string(),
    exit_status: z.enum(['success', 'fail', 'abort']),
    reason: z.string().optional(),
    temporal: z
      .looseObject({
        error: recordedError.optional(),
        result: z.array(json).optional(),
        cancellation: z.string().optional(),
        completes_async: z.boolean().optional(),
      })
      .optional(),
    provenance: z.looseObject({}).optional(),
    resources: z.looseObject({ duration_ms: z.number() }).optional(),
  }),
);

/** Temporal's outcome of a run. */
export const settledDocument = shape(
  'SettledDocument',
  z.looseObject({
    run_start: z.string(),
    time: instant,
    outcome: z.enum(['completed', 'failed', 'timed_out', 'canceled', 'superseded', 'lost']),
    evidence: z.looseObject({}),
  }),
);

/** The documents of a run, as members of an object. */
export const runDocuments = {
  start: startDocument,
  stop: stopDocument.nullable().describe('null if there is no end yet.'),
  settled: settledDocument.nullable(),
};

/** A run's documents. */
export const runRecord = shape('RunRecord', z.looseObject(runDocuments));

/** A run's documents with what they come to, as members of an object. */
export const runViewMembers = {
  ...runDocuments,
  status: z.string().describe('One word: `open`, `completed`, `failed`, `retried`, …'),
  tone: z.string(),
  took_ms: z.number().optional(),
  error: recordedError.optional(),
};

/** A run with what its documents come to. */
export const runView = shape('Run', z.looseObject(runViewMembers));
