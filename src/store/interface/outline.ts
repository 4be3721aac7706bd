/**
 * Outlines of executions and runs, without documents: the data of a timeline. Node only.
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
  /** Absent if no record of the execution has arrived and its runs do not name the type. */
  workflow_type?: string;
  parent_run_id?: string;
  /** UNIX seconds. Absent until its facts arrive. */
  start_time?: number;
  /** From the server if known, else as the sandbox saw it. Absent while it is open. */
  close_time?: number;
  status?: string;
}

/** How a run ended, as far as known. */
export interface RunEnds {
  exit_status?: 'success' | 'fail' | 'abort';
  outcome?: string;
  /** Its code has returned, but the run is still open. */
  completes_async?: true;
}

/** A run without its documents. */
export interface RunOutline extends RunEnds {
  /** The order in which the store recorded it. */
  seq: number;
  uid: string;
  /** The number of its execution in the store. */
  execution: number;
  activity_id: string;
  activity_type: string;
  attempt: number;
  scan_id?: number;
  /** When the attempt was scheduled, UNIX seconds. */
  scheduled_time: number;
  /** When it opened, UNIX seconds. */
  time: number;
  /** When its worker saw it end, UNIX seconds. */
  stop_time?: number;
  /** When Temporal's outcome became known, UNIX seconds. */
  settled_time?: number;
}

/** Selects runs by how they ended: by outcome, or by what the worker saw if there is no outcome. */
export interface WantedEnds {
  outcomes: readonly string[];
  exit_statuses: readonly string[];
}

/** Selects activities and children of an execution. */
export interface TimelineQuery {
  /** Temporal's run id. */
  run_id: string;
  /** Only runs of this lab. */
  lab?: string;
  /** Activities whose last attempt ended in this way, and children with such a status. */
  ends?: WantedEnds;
  /** The last runs of all activities that ended in this way, if the caller knows them. Then ends are not read again. */
  ended?: readonly number[];
  /** Only activities with more than one attempt. Excludes children. */
  retried?: boolean;
  /** Only activities whose last attempt has not ended, and children that have not ended. */
  open?: boolean;
  /** Only activities of this type. Excludes children. */
  activity_type?: string;
  /**
   * Occurs in the type, the error of the last attempt, or a child's workflow id or type. Or it is an activity id, scan id or uid.
   */
  text?: string;
  /** Only entries that were open at or after this instant, UNIX seconds. */
  from?: number;
  /** Only entries that were open at or before this instant. */
  to?: number;
  skip: number;
  limit: number;
}

/** An activity with its attempts, or a child. */
export type TimelineEntry =
  | {
      /** The number of all attempts. */
      attempts: number;
      /** Oldest first. If there are very many, only the first and the last are listed. */
      runs: RunOutline[];
    }
  | { child: ExecutionOutline };

/** A part of a timeline, ordered by the time of an activity's first attempt or a child's start. */
export interface TimelinePart {
  entries: TimelineEntry[];
  /** The number of all entries that pass. 0 if the part begins after the last entry. */
  total: number;
}

/** The number of activities of one execution and type that ended in the same way. */
export interface ActivityTally extends RunEnds {
  /** Number of the execution in the store. */
  execution: number;
  activity_type: string;
  activities: number;
  attempts: number;
  /** The number of the activity's last run, if the tally is of one of the latest that ended in the wanted way. */
  last?: number;
}

/** Selects activities that have a tally of their own: the latest that ended in this way, at most `limit`. */
export interface LatestEnds {
  ends: WantedEnds;
  limit: number;
}

/** A span in which no run was open, UNIX seconds. */
export interface IdleSpan {
  begin: number;
  end: number;
}

/** Selects idle spans between runs of executions, from one instant to another. */
export interface IdleQuery {
  /** Numbers of executions. */
  executions: readonly number[];
  /** Only runs of this lab. */
  lab?: string;
  /** UNIX seconds. */
  from: number;
  to: number;
  /** The shortest span to return, seconds. */
  least_s: number;
  limit: number;
}

/** Selects lines of an execution's log. */
export interface OutlineLogQuery {
  /** Temporal's run id. */
  run_id: string;
  /** Only lines of the workflow and of this lab's runs. */
  lab?: string;
  /** Only lines whose message or attributes contain this text. ASCII letters match in either case. */
  text?: string;
  levels?: readonly string[];
  /** The highest number of lines; the newest are kept. */
  limit: number;
}

/** A logged line and its owner. */
export interface OwnedLine extends LogLine {
  /** The run that logged it. Absent if the workflow itself did. */
  run?: { uid: string; activity_type: string };
}

/**
 * Reads of outlines. They use indexes and read no documents, except errors in a text search. Their work is bounded by the query.
 * `lab`: only runs of this lab.
 */
export interface OutlineReading {
  /** Returns an execution (Temporal's run id) and all its descendants, itself first, at most `limit`. */
  family(run_id: string, limit: number): Promise<ExecutionOutline[]>;
  timeline(query: TimelineQuery): Promise<TimelinePart>;
  /**
   * Counts activities of executions by type and by how their last attempt ended. The latest that ended in a wanted way have a
   * tally of their own; the latest end comes first.
   */
  tallies(executions: readonly number[], latest: LatestEnds, lab?: string): Promise<ActivityTally[]>;
  /** Returns the longest spans without a run. */
  idle(query: IdleQuery): Promise<IdleSpan[]>;
  /** Returns executions of a chain (Temporal's run id of the first) in order of start, at most `limit`. */
  chain(first_execution_run_id: string, limit: number): Promise<ExecutionOutline[]>;
  /** Returns refusals of executions (Temporal's run ids), the newest first. */
  refusals(
    run_ids: readonly string[],
    limit: number,
    lab?: string,
  ): Promise<{ refusals: RefusalRecord[]; total: number }>;
  /** Returns lines that an execution and its activities logged, the newest first. */
  log(query: OutlineLogQuery): Promise<OwnedLine[]>;
}
