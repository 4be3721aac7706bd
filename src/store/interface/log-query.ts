/**
 * What is asked of logged lines, and what is answered. [isolate-safe]
 * @module
 */
import type { LogLine } from '../../model/progress';

/** Whose lines: a run's by its uid, or a workflow's own by Temporal's run id. */
export type LogOwner = { run_start: string } | { run_id: string };

/** Which logged lines. */
export interface LogQuery {
  /** Stands in the message or in the attributes' JSON; ASCII letters in either case. */
  text?: string;
  /** Any of these, as they were logged (`WARN`). */
  levels?: readonly string[];
  /** Logged at or after this instant (UNIX seconds). */
  since?: number;
  /** Logged at or before this instant. */
  until?: number;
  owner?: LogOwner;
  /** Lines of this execution (Temporal's run id): its workflow's own, and those of its activities. */
  execution?: string;
  /** Lines of this lab's runs, and of executions that have a run of it or none at all. */
  lab?: string;
  limit: number;
}

/** A line with whose it is. */
export interface FoundLine extends LogLine {
  owner: LogOwner;
}

/** What was removed. */
export interface TrimCounts {
  checkpoints: number;
  lines: number;
}
