/**
 * Executions and runs in outline: what a timeline is drawn of, without documents. Node only.
 * @module
 */
import type { LogLine } from '../../model/progress';
import type { RefusalRecord } from './written';

/** An execution without its documents. */
export interface ExecutionOutline {
  /** Its number in the store. */
  id: number;
  /** Temporal's run id. */
  run_id: string;
  workflow_id: string;
  /** Absent where only its runs name it, and they don't say. */
  workflow_type?: string;
  parent_run_id?: string;
  /** UNIX seconds; absent where its facts have not arrived. */
  start_time?: number;
  /** By the server's word, else as the sandbox saw it; absent while it is open. */
  close_time?: number;
  status?: string;
}

/** How a run ended, so far as it is known. */
export interface RunEnds {
  exit_status?: 'success' | 'fail' | 'abort';
  outcome?: string;
  /** Its code has returned, and it is still under way. */
  completes_async?: true;
}

/** A run without its documents. */
export interface RunOutline extends RunEnds {
  /** The store's own order. */
  seq: number;
  uid: string;
  /** Number of its execution in the store. */
  execution: number;
  activity_id: string;
  activity_type: string;
  attempt: number;
  scan_id?: number;
  /** When the attempt was scheduled, UNIX seconds. */
  scheduled_time: number;
  /** When it opened, UNIX seconds. */
  time: number;
  /** When its worker saw it end. */
  stop_time?: number;
  /** When Temporal's word on it was known. */
  settled_time?: number;
}

/** Ends of runs that are wanted: an outcome, or where there is none what the worker saw. */
export interface WantedEnds {
  outcomes: readonly string[];
  exit_statuses: readonly string[];
}

/** Which activities and children of an execution. */
export interface TimelineQuery {
  /** Temporal's run id. */
  run_id: string;
  /** Runs of this lab alone. */
  lab?: string;
  /** Activities whose last attempt ended so, and children with such a status. */
  ends?: WantedEnds;
  /** Activities that were tried more than once; no child. */
  retried?: boolean;
  /** Whose last attempt has not ended, and children that have not. */
  open?: boolean;
  /** Activities of this type; no child. */
  activity_type?: string;
  /** In the type, the error of the last attempt, or a child's workflow id or type; or the activity id, a scan id, a uid. */
  text?: string;
  /** Only what was under way at or after this instant, UNIX seconds. */
  from?: number;
  /** Only what was under way at or before this instant. */
  to?: number;
  skip: number;
  limit: number;
}

/** An activity with its attempts, or a child. */
export type TimelineEntry =
  | {
      /** How many there are. */
      attempts: number;
      /** Oldest first. Of very many the first and the last. */
      runs: RunOutline[];
    }
  | { child: ExecutionOutline };

/** A part of a timeline, by the time at which an activity was first tried or a child started. */
export interface TimelinePart {
  entries: TimelineEntry[];
  /** Of all that pass; 0 where the part lies behind the last. */
  total: number;
}

/** Activities of one execution and type that ended alike. */
export interface ActivityTally extends RunEnds {
  /** Number of the execution in the store. */
  execution: number;
  activity_type: string;
  activities: number;
  attempts: number;
}

/** A span in which none of the runs was open, UNIX seconds. */
export interface IdleSpan {
  begin: number;
  end: number;
}

/** Which idle spans: of the runs of executions, from an instant to another one. */
export interface IdleQuery {
  /** Numbers of executions. */
  executions: readonly number[];
  /** Runs of this lab alone. */
  lab?: string;
  /** UNIX seconds. */
  from: number;
  to: number;
  /** Shortest one. */
  least_s: number;
  limit: number;
}

/** Which lines of an execution's log. */
export interface OutlineLogQuery {
  /** Temporal's run id. */
  run_id: string;
  /** Lines of the workflow, and of this lab's runs alone. */
  lab?: string;
  /** In the message or the attributes, ASCII letters in either case. */
  text?: string;
  levels?: readonly string[];
  /** The newest. */
  limit: number;
}

/** A logged line with whose it is. */
export interface OwnedLine extends LogLine {
  /** Of an activity; absent: the workflow's own. */
  run?: { uid: string; activity_type: string };
}

/**
 * Reads of outlines: by index, and without a document but those of errors that are searched. Bounded by what they are asked for. `lab`:
 * of its runs alone.
 */
export interface OutlineReading {
  /** An execution (Temporal's run id), its children and theirs, itself first; `limit` at most. */
  family(run_id: string, limit: number): Promise<ExecutionOutline[]>;
  timeline(query: TimelineQuery): Promise<TimelinePart>;
  /** Activities of executions by type and by how their last attempt ended. */
  tallies(executions: readonly number[], lab?: string): Promise<ActivityTally[]>;
  /** The longest spans without a run. */
  idle(query: IdleQuery): Promise<IdleSpan[]>;
  /** Executions of a chain (Temporal's run id of the first), as they started; `limit` at most. */
  chain(first_execution_run_id: string, limit: number): Promise<ExecutionOutline[]>;
  /** What was refused to executions (Temporal's run ids), the newest first. */
  refusals(
    run_ids: readonly string[],
    limit: number,
    lab?: string,
  ): Promise<{ refusals: RefusalRecord[]; total: number }>;
  /** What an execution and its activities logged, the newest first. */
  log(query: OutlineLogQuery): Promise<OwnedLine[]>;
  /** Numbers of the last attempts of activities that ended so, the last to end first. */
  ended(executions: readonly number[], ends: WantedEnds, limit: number, lab?: string): Promise<number[]>;
}
