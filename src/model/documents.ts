/**
 * The three immutable documents of a run: `start`, `stop`, `settled`. Field names are the same as stored,
 * emitted and printed. Times are UNIX seconds (UTC) as numbers; durations and sizes have their unit in the
 * name. Absent fields are left out: there is no `null` at the top level. [isolate-safe]
 *
 * This folder owns what is stored and emitted: the types of documents, executions, environments and progress,
 * ids and JSON. Everything may use it; it uses nothing.
 * @module
 */
import type { Json, JsonObject } from './json';
import type { Evidence } from './link';
import type { IndexedValues } from './value-path';

/**
 * Version of the document forms: `schema_version` of each stop, settled, execution and checkpoint,
 * `provenance.schema_version` of a start.
 */
export const SCHEMA_VERSION = 1;

/** The source of a metadata field, highest precedence first (metadata/sources defines the order). */
export type SourceName = 'user' | 'plan' | 'inferred' | 'stash';

/** One fault of a metadata document: its path and what is wrong. */
export interface MetadataIssue {
  /** Path of keys from the top level, e.g. `['sample', 'name']`; empty for the document as a whole. */
  path: (string | number)[];
  /** What is wrong. Never contains the value itself. */
  message: string;
}

/** The address of an execution. */
export interface ExecutionAddress {
  namespace: string;
  workflow_id: string;
  run_id: string;
}

/** A value that is recorded as a digest, because it was longer than the limit or the lab encrypts. */
export interface DigestedValue {
  /** `sha256:<hex>`, or `hmac-sha256:<hex>` if withheld. */
  digest: string;
  /** Length of its JSON text in bytes (UTF-8). */
  size_bytes: number;
  /** `string`, `object`, `array`, `bytes`, … */
  type: string;
  /** The first characters of the JSON text; absent if withheld. */
  head?: string;
  /** Length of an array, a string or bytes. */
  length?: number;
  /** True if the value was too large to be read whole: the digest covers samples of it. */
  partial?: boolean;
}

/** The facts of the attempt from Temporal. Source: activity `Info`, the sandbox, the worker's options. */
export interface TemporalStart {
  namespace: string;
  /** Absent for standalone activities, as are `run_id` and `workflow_type`. */
  workflow_id?: string;
  run_id?: string;
  workflow_type?: string;
  /** First run of the chain (continue-as-new, retry, cron, reset). */
  first_execution_run_id?: string;
  parent?: { workflow_id: string; run_id: string; namespace?: string };
  root?: { workflow_id: string; run_id: string };
  schedule_id?: string;
  /**
   * The time at which the schedule planned the start, in UNIX seconds. For a backfill, the time that it
   * represents.
   */
  scheduled_start_time?: number;
  /** The execution that called the Nexus operation which started this one. */
  caller?: ExecutionAddress;
  activity_id: string;
  activity_type: string;
  /** Run id of a standalone activity. */
  activity_run_id?: string;
  /** Arguments, each in full or as {@link DigestedValue}. */
  args: Json[];
  /** Values at places that the lab names, if the arguments are cut there. */
  indexed?: IndexedValues;
  options: {
    start_to_close_timeout_ms?: number;
    schedule_to_close_timeout_ms?: number;
    heartbeat_timeout_ms?: number;
    retry_policy?: JsonObject;
    priority?: JsonObject;
  };
  /** Number of the attempt, from 1. */
  attempt: number;
  /**
   * One element: the last heartbeat details of the previous attempt, in full or as {@link DigestedValue};
   * absent if there are none.
   */
  heartbeat_details?: Json[];
  /** True for a local activity. */
  is_local: boolean;
  task_queue: string;
  /** When this attempt was scheduled, UNIX seconds. */
  scheduled_time: number;
  worker: { identity?: string; build_id?: string; deployment?: string; host: string };
  /** The OpenTelemetry trace that was active when the run opened. */
  trace_id?: string;
  span_id?: string;
}

/** An activity or execution whose result, or a part of it, this run received. */
export interface Predecessor {
  /** Temporal's run id of its execution. */
  run_id: string;
  /** Absent if the execution itself returned it (as a child workflow does). */
  activity_id?: string;
  /** The update that returned it, if it was one. */
  update_id?: string;
  uid?: string;
  evidence: Extract<Evidence, 'identity' | 'value' | 'value-ambiguous'>;
  /**
   * Its place in the result and in the arguments: `['result.files[3]', 'args[0].path']`. Absent if paths are
   * not known here.
   */
  paths?: [from: string, to: string][];
}

/** The plugin's facts about the document itself. */
export interface ProvenanceStart {
  schema_version: number;
  lab: string;
  /** Environment id; absent if the capture of the environment found nothing at all. */
  environment?: string;
  /** Code id: the part of the environment that needs no Docker engine. */
  code?: string;
  /** Worker session id. */
  session?: string;
  /** The source of each merged field. */
  sources: { [field: string]: SourceName };
  /** The overridden values, by field and source: `{purpose: {plan: 'calibration'}}`. */
  shadowed?: { [field: string]: { [source in SourceName]?: Json } };
  /** The activities and executions whose results this run received. */
  predecessors?: Predecessor[];
  /** True if the list of `predecessors` was cut, because more was passed to the run. */
  predecessors_partial?: true;
  /**
   * Run id of the root of the execution tree whose runs, with those of children, share the scan id (`scanId:
   * 'execution'`).
   */
  scan_root?: string;
  /**
   * Digest of the rules that checked the metadata, kept with the worker's session. Absent if the lab has none,
   * or if they were not applied.
   */
  rules?: string;
  /** Faults that did not refuse the run (`onRefusal: 'record'`). */
  issues?: MetadataIssue[];
  /** Why validators could not check the run when it opened. */
  unvalidated?: string;
  /** The number of masked values, by rule name. */
  redactions?: { [rule: string]: number };
  /** uid of the run of the previous attempt, if known. */
  retry_of?: string;
  /**
   * The source of the record. `workflow`: the workflow that requested the activity. `history`: a history that
   * was read later. If absent: the worker that ran it.
   */
  origin?: 'workflow' | 'history';
  /** The store and its state when it took the record; known only inside the opening transaction. */
  storage?: { storage_id: string; state_id: number };
}

/** Opens a run. Merged metadata fields are at the top level. */
export interface StartDocument {
  /** Identity of the run: a UUID v7. */
  uid: string;
  /** When the run opened, UNIX seconds. */
  time: number;
  /** Number of the run in its lab; absent if the run has none. */
  scan_id?: number;
  /** The workflow type; for a standalone activity the activity type. Metadata may override it. */
  plan_name?: string;
  plan_type?: string;
  /** Arguments of the workflow, if known. Metadata may override them. */
  plan_args?: Json[];
  temporal: TemporalStart;
  provenance: ProvenanceStart;
  [field: string]: unknown;
}

/** How an attempt ended, as its worker saw it. */
export type ExitStatus = 'success' | 'fail' | 'abort';

/** An error as observed, with its cause chain. */
export interface RecordedError {
  /** The type of an `ApplicationFailure`, else the name or class of the error. */
  type: string;
  message: string;
  stack?: string;
  /** True if Temporal must not retry after it. */
  non_retryable?: boolean;
  /** Details of an `ApplicationFailure`, each in full or as {@link DigestedValue}. */
  details?: Json[];
  cause?: RecordedError;
}

/** Resources that the process used during the run, shared with `concurrent_runs` other runs. */
export interface Resources {
  duration_ms: number;
  cpu_user_ms?: number;
  cpu_system_ms?: number;
  /** Memory of the process when the run opened and when it ended. */
  rss_begin_bytes?: number;
  rss_end_bytes?: number;
  /** Peak memory of the process since it began, not only during this run. */
  max_rss_bytes?: number;
  fs_read_bytes?: number;
  fs_write_bytes?: number;
  /** Part of the duration, from 0 to 1, in which the process's event loop was busy. */
  event_loop_utilization?: number;
  /** Peak number of runs that were open in the process at the same time during this one, itself included. */
  concurrent_runs?: number;
}

/** What the worker saw. It is never rewritten, and is not the outcome (see {@link SettledDocument}). */
export interface StopDocument {
  schema_version: number;
  uid: string;
  /** When the code ended, UNIX seconds. */
  time: number;
  /** uid of the run. */
  run_start: string;
  exit_status: ExitStatus;
  /** The error's message or the cause of the end, up to 500 characters. */
  reason?: string;
  temporal?: {
    error?: RecordedError;
    /** One element: the result in full or as {@link DigestedValue}; absent for `undefined`. */
    result?: Json[];
    /** Values at places that the lab names, if the result is cut there. */
    indexed?: IndexedValues;
    /**
     * Why the attempt was cancelled: `cancel_requested`, `worker_shutdown`, `paused`, `reset`, `timed_out`, …
     */
    cancellation?: string;
    /** True if the activity completes asynchronously (`CompleteAsyncError`). */
    completes_async?: boolean;
  };
  /**
   * The number of values that each rule masked in the result, the error, the log and the checkpoints; absent if
   * none.
   */
  provenance?: { redactions: { [rule: string]: number } };
  resources?: Resources;
}

/**
 * Temporal's outcome of an attempt. `superseded`: a later attempt followed. `lost`: the outcome can no longer
 * be determined.
 */
export type Outcome = 'completed' | 'failed' | 'timed_out' | 'canceled' | 'superseded' | 'lost';

/** Temporal's outcome of the attempt. Once written it is never overwritten. */
export interface SettledDocument {
  schema_version: number;
  /** uid of the run. */
  run_start: string;
  /** UNIX seconds. */
  time: number;
  outcome: Outcome;
  /** What was read, and where. */
  evidence: JsonObject;
}

/** Builds a settled document with the schema version of this release. */
export function settledDocument(word: Omit<SettledDocument, 'schema_version'>): SettledDocument {
  return { schema_version: SCHEMA_VERSION, ...word };
}

/** A run as readers get it. */
export interface RunRecord {
  start: StartDocument;
  /** Null until the worker has reported the end. */
  stop: StopDocument | null;
  /** Null until Temporal's outcome is known. */
  settled: SettledDocument | null;
}

/** Name and document, as subscribers get them. */
export type EmittedDocument =
  | { name: 'start'; document: StartDocument }
  | { name: 'stop'; document: StopDocument }
  | { name: 'settled'; document: SettledDocument };
