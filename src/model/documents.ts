/**
 * The three immutable documents of a run: `start`, `stop`, `settled`. Field names are those that are stored,
 * emitted and printed. Instants are UNIX seconds (UTC) as numbers; durations and sizes carry their unit.
 * Absent means absent: no `null` at the top level. [isolate-safe]
 *
 * This folder owns what is stored and emitted: the types of documents, executions, environments and progress, ids and
 * JSON. Everything may use it; it uses nothing.
 * @module
 */
import type { Json, JsonObject } from './json';
import type { Evidence } from './link';
import type { IndexedValues } from './value-path';

/** Version of the document shapes: `schema_version` of each stop, settled, execution and checkpoint, `provenance.schema_version` of a start. */
export const SCHEMA_VERSION = 1;

/** Where a metadata field came from, highest precedence first (the order itself lives in metadata/sources). */
export type SourceName = 'user' | 'plan' | 'inferred' | 'stash';

/** One fault of a metadata document: where and what. */
export interface MetadataIssue {
  /** Path of keys from the top level, e.g. `['sample', 'name']`; empty for the document as a whole. */
  path: (string | number)[];
  /** What is wrong; never holds the value itself. */
  message: string;
}

/** Address of an execution. */
export interface ExecutionAddress {
  namespace: string;
  workflow_id: string;
  run_id: string;
}

/** A value recorded by content because it was longer than the limit, or withheld because the lab encrypts. */
export interface DigestedValue {
  /** `sha256:<hex>`, or `hmac-sha256:<hex>` when withheld. */
  digest: string;
  /** Length of its JSON text in bytes (UTF-8). */
  size_bytes: number;
  /** `string`, `object`, `array`, `bytes`, … */
  type: string;
  /** The first characters of the JSON text; absent when withheld. */
  head?: string;
  /** Length of an array, a string or bytes. */
  length?: number;
  /** The value was too large to be read whole: the digest is of samples of it. */
  partial?: boolean;
}

/** Facts of the attempt as Temporal gave them. Source: activity `Info`, the sandbox, the worker's options. */
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
  /** When the schedule meant the execution to start: of a backfill, the time that it stands for. */
  scheduled_start_time?: number;
  /** The execution that called the Nexus operation which started this one. */
  caller?: ExecutionAddress;
  activity_id: string;
  activity_type: string;
  /** Run id of a standalone activity. */
  activity_run_id?: string;
  /** Arguments, each in full or as {@link DigestedValue}. */
  args: Json[];
  /** Values at places that the lab names, where the arguments are cut there. */
  indexed?: IndexedValues;
  options: {
    start_to_close_timeout_ms?: number;
    schedule_to_close_timeout_ms?: number;
    heartbeat_timeout_ms?: number;
    retry_policy?: JsonObject;
    priority?: JsonObject;
  };
  attempt: number;
  /** One element: what the attempt before said last in a heartbeat, in full or as {@link DigestedValue}; absent where there is nothing. */
  heartbeat_details?: Json[];
  is_local: boolean;
  task_queue: string;
  /** When this attempt was scheduled. */
  scheduled_time: number;
  worker: { identity?: string; build_id?: string; deployment?: string; host: string };
  trace_id?: string;
  span_id?: string;
}

/** An activity, or an execution, whose result this run was given, or a part of it. */
export interface Predecessor {
  /** Temporal's run id of its execution. */
  run_id: string;
  /** Absent: what the execution itself returned (a child's result, say). */
  activity_id?: string;
  /** Of an update: what it returned to whoever passed it on. */
  update_id?: string;
  uid?: string;
  evidence: Extract<Evidence, 'identity' | 'value' | 'value-ambiguous'>;
  /** Where it stood in the result, and where it stands in the arguments: `['result.files[3]', 'args[0].path']`. Absent where paths are not known here. */
  paths?: [from: string, to: string][];
}

/** What the plugin says about the document itself. */
export interface ProvenanceStart {
  schema_version: number;
  lab: string;
  /** Environment id; absent when capture of the environment gave nothing at all. */
  environment?: string;
  /** Code id: the part of the environment that needs no Docker engine. */
  code?: string;
  /** Worker session id. */
  session?: string;
  /** Which source each merged field came from. */
  sources: { [field: string]: SourceName };
  /** What lost, by field and source: `{purpose: {plan: 'calibration'}}`. */
  shadowed?: { [field: string]: { [source in SourceName]?: Json } };
  predecessors?: Predecessor[];
  /** More was passed to the run than `predecessors` says: it was cut. */
  predecessors_partial?: true;
  /** Run id of the execution whose runs, its children's included, share the scan id: the root of its tree (`scanId: 'execution'`). */
  scan_root?: string;
  /** Digest of the rules that judged it, kept with the worker's session; absent where the lab has none, or nobody judged. */
  rules?: string;
  /** Faults that did not refuse the run (`onRefusal: 'record'`). */
  issues?: MetadataIssue[];
  /** Why validators could not judge the run at opening. */
  unvalidated?: string;
  /** What was masked, by rule name. */
  redactions?: { [rule: string]: number };
  /** uid of the run of the previous attempt, when known. */
  retry_of?: string;
  /** Who recorded it: the worker that ran it (absent), the workflow that asked for it, or a history read later. */
  origin?: 'workflow' | 'history';
  /** Which store and which of its states took the record; known only inside the opening transaction. */
  storage?: { storage_id: string; state_id: number };
}

/** Opens a run. Merged metadata fields stand at the top level. */
export interface StartDocument {
  uid: string;
  time: number;
  scan_id?: number;
  plan_name?: string;
  plan_type?: string;
  plan_args?: Json[];
  temporal: TemporalStart;
  provenance: ProvenanceStart;
  [field: string]: unknown;
}

/** How an attempt ended, as its worker saw it. */
export type ExitStatus = 'success' | 'fail' | 'abort';

/** An error as observed, with its cause chain. */
export interface RecordedError {
  type: string;
  message: string;
  stack?: string;
  non_retryable?: boolean;
  details?: Json[];
  cause?: RecordedError;
}

/** What the process used over the run's span; shared with `concurrent_runs` other runs. */
export interface Resources {
  duration_ms: number;
  cpu_user_ms?: number;
  cpu_system_ms?: number;
  /** Memory that the process held when the run opened and when it ended. */
  rss_begin_bytes?: number;
  rss_end_bytes?: number;
  /** Most memory that the process has held since it began: not of this run's span alone. */
  max_rss_bytes?: number;
  fs_read_bytes?: number;
  fs_write_bytes?: number;
  /** Part of the span, from 0 to 1, in which the process's event loop was busy. */
  event_loop_utilization?: number;
  /** Most runs that were open in the process at once during this one, itself included. */
  concurrent_runs?: number;
}

/** What the worker saw; never rewritten, and not the outcome (see {@link SettledDocument}). */
export interface StopDocument {
  schema_version: number;
  uid: string;
  time: number;
  run_start: string;
  exit_status: ExitStatus;
  reason?: string;
  temporal?: {
    error?: RecordedError;
    /** One element: the result in full or as {@link DigestedValue}; absent for `undefined`. */
    result?: Json[];
    /** Values at places that the lab names, where the result is cut there. */
    indexed?: IndexedValues;
    /** Why the attempt was cancelled: `cancel_requested`, `worker_shutdown`, `paused`, `reset`, `timed_out`, … */
    cancellation?: string;
    /** The activity said that it completes from elsewhere (`CompleteAsyncError`). */
    completes_async?: boolean;
  };
  /** How often each rule masked something in the result, the error, the log and the checkpoints; absent: never. */
  provenance?: { redactions: { [rule: string]: number } };
  resources?: Resources;
}

/**
 * What became of an attempt, by the word of Temporal: `superseded` by a later attempt, `lost` where no word can be
 * had any more.
 */
export type Outcome = 'completed' | 'failed' | 'timed_out' | 'canceled' | 'superseded' | 'lost';

/** Temporal's word on the attempt. Once written it is never overwritten. */
export interface SettledDocument {
  schema_version: number;
  run_start: string;
  time: number;
  outcome: Outcome;
  /** What was read, and where. */
  evidence: JsonObject;
}

/** Temporal's word as a document of this version. */
export function settledDocument(word: Omit<SettledDocument, 'schema_version'>): SettledDocument {
  return { schema_version: SCHEMA_VERSION, ...word };
}

/** A run as readers get it. */
export interface RunRecord {
  start: StartDocument;
  stop: StopDocument | null;
  settled: SettledDocument | null;
}

/** Name and document, as subscribers get them. */
export type EmittedDocument =
  | { name: 'start'; document: StartDocument }
  | { name: 'stop'; document: StopDocument }
  | { name: 'settled'; document: SettledDocument };
