/**
 * Queries of logged lines and their answers. [isolate-safe]
 * @module
 */
import type { LogLine } from '../../model/progress';

/** The owner of lines: a run (its uid), or a workflow itself (Temporal's run id). */
export type LogOwner = { run_start: string } | { run_id: string };

/** Selects logged lines. */
export interface LogQuery {
  /** Only lines whose message or attributes (as JSON) contain this text. ASCII letters match in either case. */
  text?: string;
  /** Any of these levels, as they were logged (`WARN`). */
  levels?: readonly string[];
  /** Logged at or after this instant (UNIX seconds). */
  since?: number;
  /** Logged at or before this instant. */
  until?: number;
  owner?: LogOwner;
  /** Lines of this execution (Temporal's run id): of its workflow and of its activities. */
  execution?: string;
  /** Lines of this lab's runs, and of executions with a run of this lab or with no run. */
  lab?: string;
  limit: number;
}

/** A line and its owner. */
export interface FoundLine extends LogLine {
  owner: LogOwner;
}

/** The numbers of removed rows. */
export interface TrimCounts {
  checkpoints: number;
  lines: number;
}
