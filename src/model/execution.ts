/**
 * An execution (one workflow run) as the sandbox and the server report it. [isolate-safe]
 * @module
 */
import type { ExecutionAddress, RecordedError } from './documents';
import type { Json, JsonObject } from './json';

/** An execution's opening facts. Source: `workflowInfo()` inside the sandbox, or the first history event. */
export interface ExecutionStart extends ExecutionAddress {
  schema_version: number;
  workflow_type: string;
  /** UNIX seconds. */
  start_time: number;
  task_queue: string;
  /** First run of the chain (continue-as-new, retry, cron, reset). */
  first_execution_run_id: string;
  /** Run id of the run that this one continues. */
  continued_from?: string;
  /** Original run of a reset. */
  reset_from?: string;
  parent?: { workflow_id: string; run_id: string; namespace: string };
  /** The top of the tree of parents and children. */
  root?: { workflow_id: string; run_id: string };
  schedule_id?: string;
  /**
   * The time at which the schedule planned the start (UNIX seconds). For a backfill, the time that it
   * represents.
   */
  scheduled_start_time?: number;
  /** The execution that called the Nexus operation which started it. */
  caller?: ExecutionAddress;
  cron_schedule?: string;
  /** Number of the attempt, from 1. */
  attempt: number;
  /** Arguments in full or as digested values. */
  args?: Json[];
  memo?: JsonObject;
  search_attributes?: JsonObject;
  build_id?: string;
  deployment?: string;
  /** The source: `sandbox` or `history`. */
  origin: 'sandbox' | 'history';
}

/** How an execution closed. */
export type ExecutionStatus =
  | 'completed'
  | 'failed'
  | 'canceled'
  | 'terminated'
  | 'timed_out'
  | 'continued_as_new'
  /** The server no longer has it, and no source recorded its end. */
  | 'lost';

/**
 * An execution's end. From the sandbox it is only observed (the latest replaces earlier ones); the server's
 * status settles it.
 */
export interface ExecutionClose extends ExecutionAddress {
  schema_version: number;
  /** UNIX seconds. */
  close_time: number;
  status: ExecutionStatus;
  /** One element: the result in full or as a digested value. */
  result?: Json[];
  error?: RecordedError;
  /** Type of the workflow as which it continues. */
  continued_as?: string;
  /** Why the server's status is not based on the whole history: `history_gone`. */
  reason?: string;
  /** The source: the workflow's sandbox, or the server. */
  origin: 'sandbox' | 'server';
}

/** An execution as readers get it. */
export interface ExecutionRecord {
  start: ExecutionStart;
  /** The end that the sandbox saw; null if it saw none. */
  observed: ExecutionClose | null;
  /** The end that the server reported; null until it is read. */
  settled: ExecutionClose | null;
}
