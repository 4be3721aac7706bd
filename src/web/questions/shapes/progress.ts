/**
 * Shapes of what runs say while they live. Node only.
 * @module
 */
import { z } from 'zod';
import { count, instant, json, shape } from './shape';

const line = {
  time: instant,
  level: z.string(),
  message: z.string(),
  attributes: z.looseObject({}).optional(),
};

/** A logged line. */
export const logLine = shape('LogLine', z.looseObject(line));

/** A logged line with whose it is. */
export const foundLine = shape(
  'FoundLine',
  z.looseObject({
    ...line,
    owner: z.union([z.object({ run_start: z.string() }), z.object({ run_id: z.string() })]),
  }),
);

/** What a heartbeat left. */
export const checkpoint = shape(
  'Checkpoint',
  z.looseObject({
    checkpoint_id: z.string(),
    run_start: z.string(),
    index: count,
    start_time: instant,
    stop_time: instant,
    details: z.array(json),
    t_start_ms: z.number().optional(),
    t_stop_ms: z.number().optional(),
  }),
);
