/**
 * Shapes of environments and worker sessions. Node only.
 * @module
 */
import { z } from 'zod';
import { digest, instant, shape } from './shape';

/** A code environment. */
export const environment = shape(
  'Environment',
  z.looseObject({
    id: digest,
    code_id: digest,
    identity: z.looseObject({}),
    detail: z.looseObject({}),
    reasons: z.record(z.string(), z.string()),
    restorable: z.looseObject({ level: z.enum(['full', 'source', 'partial']), missing: z.array(z.string()) }),
    captured_time: instant,
    duration_ms: z.number(),
  }),
);

/** A worker's life. */
export const workerSession = shape(
  'WorkerSession',
  z.looseObject({
    session_id: z.string(),
    start_time: instant,
    stop_time: instant.optional(),
    namespace: z.string(),
    task_queue: z.string(),
    identity: z.string(),
    host: z.string(),
    pid: z.number().int(),
    cwd: z.string(),
    environment: digest.optional(),
    rules: digest.optional(),
    detail: z.looseObject({}),
  }),
);

/** A lab's rules. */
export const rules = shape(
  'Rules',
  z.looseObject({
    required: z.array(z.string()),
    fields: z.looseObject({}),
    validators: z.array(z.looseObject({ kind: z.enum(['schema', 'function']), name: z.string() })),
    normalizers: z.array(z.string()),
    on_refusal: z.string(),
  }),
);
