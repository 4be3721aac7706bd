/**
 * What a long run says while it lives: checkpoints from its heartbeats, and lines it logged. Appended as they come, so
 * that they are there when the worker is killed. [isolate-safe]
 * @module
 */
import type { Json, JsonObject } from './json';

/** A stretch of a run between two heartbeats. */
export interface Checkpoint {
  schema_version: number;
  /** UUID v7. */
  checkpoint_id: string;
  /** uid of the run. */
  run_start: string;
  /** Number of the heartbeat, from 0 within the run. Of a run with many, numbers are missing: see {@link checkpointStride}. */
  index: number;
  start_time: number;
  stop_time: number;
  /** What the heartbeat carried, each in full or as a digested value. */
  details: Json[];
  /** Simulated time, when the details gave it. */
  t_start_ms?: number;
  t_stop_ms?: number;
}

/** Most checkpoints that are kept of one run, beside its last and its longest. */
const MAX_CHECKPOINTS = 1_000;

/**
 * How far apart kept checkpoints are once the last one has this index: 1 while all fit, twice as far each time they no longer
 * do. Told by the index alone, so that it does not matter in which order or how often checkpoints come.
 */
export function checkpointStride(lastIndex: number): number {
  // See docs/design/recording.md#while-work-runs.
  let stride = 1;
  while (lastIndex / stride >= MAX_CHECKPOINTS) stride *= 2;
  return stride;
}

/** One logged line. */
export interface LogLine {
  /** UNIX seconds. */
  time: number;
  level: string;
  message: string;
  attributes?: JsonObject;
}
