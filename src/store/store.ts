/**
 * What a store is: the one interface behind which SQLite and PostgreSQL stand, and that the contract suite in
 * `test/store/contract.ts` holds both to. Hot records travel as JSON text, so that they cross a thread or a socket as
 * strings and are stored as they came. Node only.
 *
 * This folder owns what lies in a database: the interface, both dialects, schema, reading, search and integrity. The
 * recorder writes through it, readers open it; it knows nothing of Temporal.
 * @module
 */

import type { Literal } from '../filter/fields';
import type { Decision } from '../model/decision';
import type { MetadataIssue, RunRecord, SettledDocument } from '../model/documents';
import type { Blob, Environment, WorkerSession } from '../model/environment';
import type { ExecutionClose, ExecutionRecord, ExecutionStart } from '../model/execution';
import type { JsonObject } from '../model/json';
import type { Checkpoint, LogLine } from '../model/progress';
import type { StoreIdentity, StorePlace } from './identity';
import type { VerifyOptions, VerifyPage } from './integrity/verification';
import type { FoundLine, LogOwner, LogQuery, TrimCounts } from './log-query';
import type { GroupQuery, RunReference, TableSize, UsedEnvironment } from './queries';
import type { FieldUse } from './read/field-use';
import type { RunGroup } from './read/grouping';
import type { LabRuns, LabRunsQuery } from './read/hints';
import type { RecordedActivity } from './read/recorded';
import type { DocumentQuery, DocumentRecord } from './records/document-kind';
import type { ExecutionQuery, RunQuery } from './search/query';
import type {
  AskedActivity,
  LateReport,
  SeenOutcome,
  UnsettledActivity,
  UnsettledExecution,
} from './settling';
import type { Author, StashChange, StashHistoryEntry, StashSnapshot } from './stash-changes';

export type { StoreIdentity, StorePlace } from './identity';
export type { KnownRun, LateReport, UnsettledActivity, UnsettledExecution } from './settling';
export type { Author, StashChange, StashHistoryEntry, StashSnapshot } from './stash-changes';

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

/**
 * A store. Every method rejects with a `ProvenanceError` whose code tells unreachable, busy, corrupt, newer and
 * closed apart. Reads never write, and never hold up writers.
 */
export interface Store {
  /** URL without credentials, for people. */
  readonly location: string;
  identity(): Promise<StoreIdentity>;
  /** Where it was written under its identity, the first place first; empty for one that an older release wrote last. */
  places(): Promise<StorePlace[]>;
  /** One transaction; answers in order. Rejects when none of it was stored. */
  write(records: readonly WriteRecord[]): Promise<WriteAnswer[]>;

  stash(lab: string): Promise<StashSnapshot>;
  /**
   * `expected_version`: rejects with `STORE_BUSY` when the stash has moved on, so that an update can read again.
   * A change of `scan_id` sets the counter: `set scan_id N` makes the next one N + 1.
   */
  changeStash(
    lab: string,
    changes: readonly StashChange[],
    author: Author,
    expected_version?: number,
  ): Promise<StashSnapshot>;
  stashHistory(lab: string, options?: { key?: string; limit?: number }): Promise<StashHistoryEntry[]>;
  /** Labs that have a stash or runs. */
  labs(): Promise<string[]>;
  /** Labs that have runs. Bounded, as all reads for hints are: see hints.ts. */
  labRuns(query: LabRunsQuery): Promise<LabRuns[]>;
  /** Paths of metadata fields that runs carry. */
  paths(limit: number): Promise<string[]>;
  /** Distinct values of a metadata field. */
  fieldValues(path: string, limit: number): Promise<Literal[]>;
  /** Distinct values of a known field, where they stand in a small table. */
  columnValues(name: string, limit: number): Promise<string[] | undefined>;

  /** Rejects with NOT_FOUND where `after` names no run. */
  runs(query: RunQuery): Promise<RunRecord[]>;
  /** The same runs by their numbers in the store, for who reads them bit by bit. */
  findRuns(query: RunQuery): Promise<number[]>;
  /** Runs by those numbers, in this order; what is gone meanwhile is left out. */
  readRuns(numbers: readonly number[]): Promise<RunRecord[]>;
  /** Of each of these executions (Temporal's run ids) the first run and the first with a scan id, in no order. */
  firstRuns(run_ids: readonly string[]): Promise<RunRecord[]>;
  /** Newest first; several where the reference is ambiguous. At most 10. */
  resolve(reference: RunReference): Promise<RunRecord[]>;
  /** All attempts of the activity that a run belongs to, oldest first. */
  attempts(uid: string): Promise<RunRecord[]>;
  executions(query: ExecutionQuery): Promise<ExecutionRecord[]>;
  /** The same executions by their numbers in the store. */
  findExecutions(query: ExecutionQuery): Promise<number[]>;
  /** Executions by those numbers, in this order. */
  readExecutions(numbers: readonly number[]): Promise<ExecutionRecord[]>;
  execution(run_id: string): Promise<ExecutionRecord | null>;
  context(run_id: string, n: number): Promise<string | null>;
  environment(id: string): Promise<Environment | null>;
  environments(limit: number): Promise<UsedEnvironment[]>;
  blob(digest: string): Promise<{ media_type: string; bytes: Uint8Array } | null>;
  session(session_id: string): Promise<WorkerSession | null>;
  /** Worker sessions, the last to begin first. */
  sessions(limit: number): Promise<WorkerSession[]>;
  /** Namespaces whose runs are in each lab. */
  namespaces(): Promise<{ lab: string; namespaces: string[] }[]>;
  /** The last recorded first. */
  refusals(limit: number, lab?: string): Promise<RefusalRecord[]>;
  /** All of one execution, by Temporal's run id; the newest first. */
  refusalsOf(run_id: string): Promise<RefusalRecord[]>;
  /** Records that are one document each, the newest first. */
  documents(query: DocumentQuery): Promise<JsonObject[]>;
  /**
   * Executions with an unsettled run or without the server's word on their end, oldest first, in pages: `next` is where
   * the next page begins. Executions with a run opened at or after `opened_before` (UNIX seconds) are left out.
   */
  unsettled(query: {
    limit: number;
    after?: number;
    opened_before: number;
  }): Promise<{ executions: UnsettledExecution[]; next?: number }>;
  /**
   * Standalone activities with an unsettled run, oldest first, in pages as {@link unsettled}. One that the record does not
   * name by its run id is left out: it can't be looked up.
   */
  unsettledStandalone(query: {
    limit: number;
    after?: number;
    opened_before: number;
  }): Promise<{ activities: UnsettledActivity[]; next?: number }>;
  /** What came after the final word on a run or an execution, and says otherwise; as it came. */
  lateReports(owner: LogOwner): Promise<LateReport[]>;
  /** Which of these runs were purged or pruned: taken out, or changed after they were recorded. */
  buried(uids: readonly string[]): Promise<string[]>;
  /** The activities that have runs, of some executions: one for each run, in no order. */
  recorded(run_ids: readonly string[]): Promise<RecordedActivity[]>;
  /** Decisions on an execution, in time. */
  decisions(run_id: string): Promise<Decision[]>;
  /** Checkpoints of a run, by index. */
  checkpoints(uid: string): Promise<Checkpoint[]>;
  /** What a run or a workflow logged, oldest first. */
  log(owner: LogOwner): Promise<LogLine[]>;
  /** Logged lines of all runs and workflows, newest first. */
  searchLog(query: LogQuery): Promise<FoundLine[]>;
  /** Removes checkpoints and logged lines from before an instant (UNIX seconds); runs stay as they are. */
  trimProgress(before: number): Promise<TrimCounts>;
  losses(): Promise<{ loss: string; count: number; last_time: number; detail: string }[]>;
  /** Metadata fields that runs carry; of `path` alone with those below it, and with its most frequent values. */
  fields(path?: string): Promise<FieldUse[]>;
  /** Runs counted by what they have in common. */
  groupRuns(query: GroupQuery): Promise<RunGroup[]>;
  /** Space that each table takes with its indexes, the largest first. Looks at each page of a SQLite file. */
  tableSizes(): Promise<TableSize[]>;
  counts(): Promise<{ runs: number; open: number; executions: number; refusals: number }>;
  /** Looks for damage and later edits, a page at a time; see verification.ts. */
  verify(options?: VerifyOptions): Promise<VerifyPage>;
  close(): Promise<void>;
}
