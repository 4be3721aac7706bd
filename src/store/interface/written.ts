/**
 * What is written to a store: the records, each idempotent by its identity, and what a store answers. Hot records travel as JSON text,
 * so that they cross a thread or a socket as strings and are stored as they came.
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
 * A run to open. `metadata` is the merged, redacted, validated metadata with its origins, as one JSON text
 * `{"fields":{…},"sources":{…},"shadowed":{…}?}`: it repeats between runs and is kept once by content. `facts` is the rest of the start
 * document (`temporal`, and `provenance` without `sources`, `shadowed`, `storage`), one JSON text `{"temporal":{…},"provenance":{…}}`.
 */
export interface OpenRecord {
  kind: 'open';
  uid: string;
  time: number;
  lab: string;
  /** Given by user, plan or `scanIdSource`: recorded as it is, the counter stays. */
  scan_id?: number;
  /** Take the lab's counter + 1 in this transaction (when `scan_id` is absent). */
  numbered: boolean;
  /** Stash version that `metadata` was merged with; `null`: the stash does not matter here, do not check. */
  stash_version: number | null;
  metadata: string;
  facts: string;
  /** Columns for search and joining; each also stands in `facts` or `metadata`. */
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
  /** uid of the run of the previous attempt, when the recorder knows it; else the store looks it up. */
  retry_of: string | null;
  /** Retries share the first attempt's number (`scanId: 'activity'`). */
  share_scan_id: boolean;
  /**
   * Run id of the execution whose runs, its children's included, share one number in the lab (`scanId: 'execution'`): the root of its
   * tree. The first of them to open takes the number.
   */
  scan_root?: string;
  /** Of `scanIdSource`, with `scan_root`: the shared number, where none is given yet; the counter stays. */
  scan_offer?: number;
  /** Made of what Temporal tells, for want of a worker's record: gives way to one. */
  made?: true;
  /** Comes from a spool: a run may have been made in its place meanwhile, which it replaces. */
  late?: true;
  /** Run id of a standalone activity: tells its attempts from those of another one with the same id. */
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

/** A run that a validator did not let open. */
export interface RefusalRecord {
  kind: 'refusal';
  refusal_id: string;
  time: number;
  lab: string;
  issues: MetadataIssue[];
  /**
   * `{"fields":{…},"sources":{…},"temporal":{…},"next_time"?}` as would have been recorded; `next_time`, in UNIX seconds, is
   * there when the activity waits for its metadata and is tried again.
   */
  document: string;
}

/** Lines that a run (or, with `run_start` null, the workflow itself) logged, in order. */
export interface LogRecord {
  kind: 'log';
  /** uid of the run. */
  run_start: string | null;
  /** Temporal's run id of the execution; null for a standalone activity. */
  run_id: string | null;
  /** Number of the first line: makes the record idempotent. From 0 within a run; of an execution, whose lines several workers write, by time. */
  first: number;
  lines: LogLine[];
  /** Lines before this number have fallen out of the bound, and leave the store. */
  keep_from: number;
}

/** Captures that failed, summed by kind since the last record of this session. */
export interface LossRecord {
  kind: 'loss';
  time: number;
  session_id: string | null;
  loss: string;
  count: number;
  /** The last one's message, redacted. */
  detail: string;
}

/** Metadata of an execution that does not fit a header, by its key. */
export interface ContextRecord {
  kind: 'context';
  run_id: string;
  n: number;
  /** JSON text as the sandbox sent it (possibly a sealed payload). */
  document: string;
}

/**
 * The workflow's own view of an activity's end: settles the last run of the activity where it is certain to be of that run,
 * and what came before it as superseded. Costs no request.
 */
export interface ResolutionRecord {
  kind: 'resolution';
  run_id: string;
  activity_id: string;
  time: number;
  outcome: SeenOutcome;
  /** Of the worker that ran the attempt, where the workflow was told (failures alone name it). */
  worker_identity?: string;
  /** Kept where the activity has no run: a worker without the plugin may have run it, or its record is still on its way. */
  asked?: AskedActivity;
}

/** A run was made of what a workflow asked for, or none is to be made. */
export interface AnsweredRecord extends Pick<AskedActivity, 'run_id' | 'activity_id'> {
  kind: 'answered';
}

/** Anything that is written; all are idempotent by their identity. */
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
  /** `blobs`: contents that it refers to. */
  | { kind: 'session'; session: WorkerSession; blobs?: Blob[] }
  | {
      kind: 'environment';
      environment: Environment;
      blobs: Blob[];
    };

/**
 * Answer to one record, in order. `opened` also when the uid was there already (idempotent: the same ids come back).
 * `stash-moved`: nothing was written for this record, merge and validate again with the snapshot.
 * `closed`: the record came too late to change a final state, which stands; what it says otherwise is kept as a late report.
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
  /** This record alone can't be stored; the others of the group were. `code`: why, where a program acts on it; absent: for good. */
  | { kind: 'rejected'; reason: string; code?: RejectionCode };

/** `run-missing`: the store does not have the record's run, which may still be on its way from elsewhere. */
type RejectionCode = 'run-missing';

/** The answer to a record whose run is not in the store. */
export const RUN_MISSING: WriteAnswer & { kind: 'rejected' } = {
  kind: 'rejected',
  code: 'run-missing',
  reason: 'the store does not have its run',
};
