/**
 * The progress of a long run: checkpoints from its heartbeats, and lines that it logged. They are written as
 * they arrive, so that they survive a killed worker. [isolate-safe]
 * @module
 */
import type { Json, JsonObject } from './json';

/** The part of a run between two heartbeats. */
export interface Checkpoint {
  schema_version: number;
  /** UUID v7. */
  checkpoint_id: string;
  /** uid of the run. */
  run_start: string;
  /**
   * Number of the heartbeat, from 0 within the run. If a run has many, some numbers are missing: see {@link
   * checkpointStride}.
   */
  index: number;
  /** Begin and end of the segment, UNIX seconds. */
  start_time: number;
  stop_time: number;
  /** The details of the heartbeat, each in full or as a digested value. */
  details: Json[];
  /** Simulated time, if the details contain it. */
  t_start_ms?: number;
  t_stop_ms?: number;
}

/** The most checkpoints that are kept of one run, in addition to its last and its longest. */
const MAX_CHECKPOINTS = 1_000;

/**
 * The distance between kept checkpoints when the last one has this index: 1 while all fit, doubled each time
 * they no longer fit. It depends only on the index, so the order and repetition of checkpoints do not matter.
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
  /** In capitals: `INFO`, `WARN`, `ERROR`. */
  level: string;
  message: string;
  attributes?: JsonObject;
}
