/**
 * An execution (one workflow run) as the sandbox and the server tell it. [isolate-safe]
 * @module
 */
import type { ExecutionAddress, RecordedError } from './documents';
import type { Json, JsonObject } from './json';

/** An execution's opening facts. Source: `workflowInfo()` inside the sandbox, or the first history event. */
export interface ExecutionStart extends ExecutionAddress {
  schema_version: number;
  workflow_type: string;
  start_time: number;
  task_queue: string;
  first_execution_run_id: string;
  continued_from?: string;
  /** Original run of a reset. */
  reset_from?: string;
  parent?: { workflow_id: string; run_id: string; namespace: string };
  root?: { workflow_id: string; run_id: string };
  schedule_id?: string;
  /** When the schedule meant it to start (UNIX seconds): of a backfill, the time that it stands for. */
  scheduled_start_time?: number;
  /** The execution that called the Nexus operation which started it. */
  caller?: ExecutionAddress;
  cron_schedule?: string;
  attempt: number;
  /** Arguments in full or as digested values. */
  args?: Json[];
  memo?: JsonObject;
  search_attributes?: JsonObject;
  build_id?: string;
  deployment?: string;
  /** Who saw it: `sandbox`, `history`. */
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
  /** The server no longer has it, and nobody saw its end. */
  | 'lost';

/** An execution's end. Seen from the sandbox it is observed (the latest replaces earlier ones); the server's word settles it. */
export interface ExecutionClose extends ExecutionAddress {
  schema_version: number;
  close_time: number;
  status: ExecutionStatus;
  result?: Json[];
  error?: RecordedError;
  /** Type of the workflow it continues as. */
  continued_as?: string;
  /** Why the server's word rests on less than its history: `history_gone`. */
  reason?: string;
  origin: 'sandbox' | 'server';
}

/** An execution as readers get it. */
export interface ExecutionRecord {
  start: ExecutionStart;
  observed: ExecutionClose | null;
  settled: ExecutionClose | null;
}
