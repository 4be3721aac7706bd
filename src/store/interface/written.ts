/**
 * Records that are written to a store, each idempotent by its identity, and the store's answers. Frequent records are passed as
 * JSON text: they cross a thread or a socket as strings and are stored unchanged.
 * @module
 */
import type { Decision } from '../../model/decision';
import type { MetadataIssue, SettledDocument } from '../../model/documents';
import type { Blob, Environment, WorkerSession } from '../../model/environment';
import type { ExecutionClose, ExecutionStart } from '../../model/execution';
import type { Checkpoint, LogLine } from '../../model/progress';
import type { DocumentRecord } from '../records/document-kind';
import type { AskedActivity, SeenOutcome } from './settling';
import type { StashSnapshot } from './stash-changes';

/**
 * A run to open. `metadata` is the merged, redacted and validated metadata with its origins, as one JSON text
 * `{"fields":{…},"sources":{…},"shadowed":{…}?}`. It repeats between runs and is stored once by content. `facts` is the rest of
 * the start document (`temporal`, and `provenance` without `sources`, `shadowed`, `storage`), one JSON text
 * `{"temporal":{…},"provenance":{…}}`.
 */
export interface OpenRecord {
  kind: 'open';
  uid: string;
  time: number;
  lab: string;
  /** Set by user, plan or `scanIdSource`. It is recorded unchanged, and the counter stays. */
  scan_id?: number;
  /** If true and `scan_id` is absent, this transaction takes the lab's counter + 1. */
  numbered: boolean;
  /** The stash version that `metadata` was merged with. `null`: the stash does not matter, and nothing is checked. */
  stash_version: number | null;
  metadata: string;
  facts: string;
  /** Columns for search and joins. Each value is also in `facts` or `metadata`. */
  namespace: string;
  workflow_id: string | null;
  run_id: string | null;
  workflow_type: string | null;
  activity_id: string;
  activity_type: string;
  attempt: number;
  is_local: boolean;
  task_queue: string;
  scheduled_time: number;
  environment_id: string | null;
  session_id: string | null;
  /** uid of the run of the previous attempt if the recorder knows it. Otherwise the store looks it up. */
  retry_of: string | null;
  /** Retries share the first attempt's scan id (`scanId: 'activity'`). */
  share_scan_id: boolean;
  /**
   * Run id of the root execution of a tree. All runs of this tree share one scan id in the lab (`scanId: 'execution'`). The
   * number is taken when the first of these runs opens.
   */
  scan_root?: string;
  /** The shared scan id from `scanIdSource` (with `scan_root`), used if none is given yet. The counter stays. */
  scan_offer?: number;
  /** True if the run was reconstructed from Temporal's facts because no worker recorded it. A worker's record replaces it. */
  made?: true;
  /** True if the record comes from a spool. If a run was reconstructed in its place meanwhile, the record replaces that run. */
  late?: true;
  /** Run id of a standalone activity. It distinguishes its attempts from those of another activity with the same id. */
  activity_run_id?: string;
}

/** How a run ended, as its worker saw it. */
export interface StopRecord {
  kind: 'stop';
  uid: string;
  run_start: string;
  time: number;
  exit_status: 'success' | 'fail' | 'abort';
  /** The whole stop document as JSON text. */
  document: string;
}

/** A run that a validator refused to open. */
export interface RefusalRecord {
  kind: 'refusal';
  refusal_id: string;
  time: number;
  lab: string;
  issues: MetadataIssue[];
  /**
   * `{"fields":{…},"sources":{…},"temporal":{…},"next_time"?}`, as a start would have recorded it. `next_time` (UNIX seconds) is
   * present if the activity waits for its metadata and is retried.
   */
  document: string;
}

/** Lines that a run logged, in order. With `run_start` null, the workflow itself logged them. */
export interface LogRecord {
  kind: 'log';
  /** uid of the run. */
  run_start: string | null;
  /** Temporal's run id of the execution; null for a standalone activity. */
  run_id: string | null;
  /**
   * Number of the first line. It makes the record idempotent. Within a run, numbers start at 0. Several workers write the lines
   * of an execution, so those are numbered by time.
   */
  first: number;
  lines: LogLine[];
  /** Lines before this number exceed the limit and are deleted from the store. */
  keep_from: number;
}

/** Failed captures by kind, counted since the last record of this session. */
export interface LossRecord {
  kind: 'loss';
  time: number;
  session_id: string | null;
  loss: string;
  count: number;
  /** The message of the last failure, redacted. */
  detail: string;
}

/** Metadata of an execution that does not fit into a header, by its key. */
export interface ContextRecord {
  kind: 'context';
  run_id: string;
  n: number;
  /** JSON text as the sandbox sent it. It can be a sealed payload. */
  document: string;
}

/**
 * The end of an activity as the workflow saw it. It settles the last run of the activity if the end certainly belongs to that
 * run. Earlier attempts are then settled as superseded. It needs no request to the server.
 */
export interface ResolutionRecord {
  kind: 'resolution';
  run_id: string;
  activity_id: string;
  time: number;
  outcome: SeenOutcome;
  /** The worker that ran the attempt, if the workflow knows it. Only failures name the worker. */
  worker_identity?: string;
  /** An activity to store if it has no run: its worker may lack the plugin, or the record has not arrived yet. */
  asked?: AskedActivity;
}

/** Marks an activity that a workflow scheduled as done: its run was reconstructed, or none is needed. */
export interface AnsweredRecord extends Pick<AskedActivity, 'run_id' | 'activity_id'> {
  kind: 'answered';
}

/** Any record to write. All are idempotent by their identity. */
export type WriteRecord =
  | ResolutionRecord
  | AnsweredRecord
  | { kind: 'decision'; decision: Decision }
  | { kind: 'checkpoint'; checkpoint: Checkpoint }
  | LogRecord
  | DocumentRecord
  | OpenRecord
  | StopRecord
  | RefusalRecord
  | LossRecord
  | ContextRecord
  | { kind: 'execution'; start: ExecutionStart }
  | { kind: 'execution-close'; close: ExecutionClose }
  | { kind: 'settled'; document: SettledDocument }
  /** `blobs`: contents that the session refers to. */
  | { kind: 'session'; session: WorkerSession; blobs?: Blob[] }
  | {
      kind: 'environment';
      environment: Environment;
      blobs: Blob[];
    };

/**
 * The answer to one record, in order. `opened` is also the answer if the uid exists already (idempotent: it returns the same
 * ids). `stash-moved`: this record was not written. Merge and validate again with the snapshot. `closed`: the record came too
 * late to change a final state. Contradicting facts are kept as a late report.
 */
export type WriteAnswer =
  | {
      kind: 'opened';
      scan_id: number | null;
      seq: number;
      storage_id: string;
      state_id: number;
      retry_of: string | null;
    }
  | { kind: 'stash-moved'; stash: StashSnapshot }
  | { kind: 'done' }
  | { kind: 'closed' }
  /**
   * This record can't be stored, but the rest of its group was. `code`: the reason, for reasons that a program handles. Absent:
   * the record can never be stored.
   */
  | { kind: 'rejected'; reason: string; code?: RejectionCode };

/** `run-missing`: the store does not contain the record's run. It may still arrive from another process. */
type RejectionCode = 'run-missing';

/** The answer to a record whose run is not in the store. */
export const RUN_MISSING: WriteAnswer & { kind: 'rejected' } = {
  kind: 'rejected',
  code: 'run-missing',
  reason: 'the store does not have its run',
};
