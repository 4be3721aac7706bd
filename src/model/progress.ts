/**
 * What a long run says while it lives: checkpoints from its heartbeats, and lines it logged. Appended as they come, so
 * that they are there when the worker is killed. [isolate-safe]
 * @module
 */
import type { Json, JsonObject } from './json';

/** A stretch of a run between two heartbeats. */
export interface Checkpoint {
  /** UUID v7. */
  checkpoint_id: string;
  /** uid of the run. */
  run_start: string;
  /** From 0 within the run. */
  index: number;
  start_time: number;
  stop_time: number;
  /** What the heartbeat carried, each in full or as a digested value. */
  details: Json[];
  /** Simulated time, when the details gave it. */
  t_start_ms?: number;
  t_stop_ms?: number;
}

/** One logged line. */
export interface LogLine {
  /** UNIX seconds. */
  time: number;
  level: string;
  message: string;
  attributes?: JsonObject;
}
