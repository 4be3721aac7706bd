/**
 * What can be asked of a store, by what it is asked about. Reads never write, and never hold up writers.
 * @module
 */
import type { Literal } from '../../filter/fields';
import type { Decision } from '../../model/decision';
import type { RunRecord } from '../../model/documents';
import type { Environment, WorkerSession } from '../../model/environment';
import type { ExecutionRecord } from '../../model/execution';
import type { JsonObject } from '../../model/json';
import type { Checkpoint, LogLine } from '../../model/progress';
import type { StoreIdentity, StorePlace } from '../identity';
import type { VerifyOptions, VerifyPage } from '../integrity/verification';
import type { FieldUse } from '../read/counting/field-use';
import type { RunGroup } from '../read/counting/grouping';
import type { LabRuns, LabRunsQuery } from '../read/counting/hints';
import type { IndexedPlace } from '../read/counting/place-use';
import type { RecordedActivity } from '../read/recorded';
import type { DocumentQuery } from '../records/document-kind';
import type { ExecutionQuery, FoundRuns, RunQuery } from '../search/query';
import type { LinkState } from './linking';
import type { FoundLine, LogOwner, LogQuery } from './log-query';
import type { GroupQuery, RunReference, TableSize, UsedEnvironment } from './queries';
import type { LateReport, UnsettledActivity, UnsettledExecution } from './settling';
import type { StashHistoryEntry, StashHistoryQuery, StashSnapshot } from './stash-changes';
import type { RefusalRecord } from './written';

/** Runs: found, named, and read whole. */
export interface RunReading {
  /** Rejects with CURSOR_GONE where `after` names no run. */
  runs(query: RunQuery): Promise<RunRecord[]>;
  /** The same runs by their numbers in the store, for who reads them bit by bit. */
  findRuns(query: RunQuery): Promise<number[]>;
  /** The same, with what the search could not look into. */
  searchRuns(query: RunQuery): Promise<FoundRuns>;
  /** Runs by those numbers, in this order; what is gone meanwhile is left out. */
  readRuns(numbers: readonly number[]): Promise<RunRecord[]>;
  /** Of each of these executions (Temporal's run ids) the first run and the first with a scan id, in no order. */
  firstRuns(run_ids: readonly string[]): Promise<RunRecord[]>;
  /** Newest first; several where the reference is ambiguous. At most 10. */
  resolve(reference: RunReference): Promise<RunRecord[]>;
  /** All attempts of the activity that a run belongs to, oldest first. */
  attempts(uid: string): Promise<RunRecord[]>;
  /** Runs counted by what they have in common. */
  groupRuns(query: GroupQuery): Promise<RunGroup[]>;
}

/** Executions, and what is known of one. */
export interface ExecutionReading {
  executions(query: ExecutionQuery): Promise<ExecutionRecord[]>;
  /** The same executions by their numbers in the store. */
  findExecutions(query: ExecutionQuery): Promise<number[]>;
  /** Executions by those numbers, in this order. */
  readExecutions(numbers: readonly number[]): Promise<ExecutionRecord[]>;
  execution(run_id: string): Promise<ExecutionRecord | null>;
  context(run_id: string, n: number): Promise<string | null>;
  /** Decisions on an execution, in time. */
  decisions(run_id: string): Promise<Decision[]>;
}

/** Runs that a rule did not let open, and records that are one document each. */
export interface RefusalReading {
  /** The last recorded first. */
  refusals(limit: number, lab?: string): Promise<RefusalRecord[]>;
  /** All of one execution, by Temporal's run id; the newest first. */
  refusalsOf(run_id: string): Promise<RefusalRecord[]>;
  /** Records that are one document each, the newest first. */
  documents(query: DocumentQuery): Promise<JsonObject[]>;
}

/** What runs and workflows said while they lived. */
export interface ProgressReading {
  /** Checkpoints of a run, by index. */
  checkpoints(uid: string): Promise<Checkpoint[]>;
  /** What a run or a workflow logged, oldest first. */
  log(owner: LogOwner): Promise<LogLine[]>;
  /** Logged lines of all runs and workflows, newest first. */
  searchLog(query: LogQuery): Promise<FoundLine[]>;
}

/** Workers, and the code that they ran. */
export interface CodeReading {
  environment(id: string): Promise<Environment | null>;
  environments(limit: number): Promise<UsedEnvironment[]>;
  blob(digest: string): Promise<{ media_type: string; bytes: Uint8Array } | null>;
  session(session_id: string): Promise<WorkerSession | null>;
  /** Worker sessions, the last to begin first. */
  sessions(limit: number): Promise<WorkerSession[]>;
}

/** What is still to settle, and what came too late. */
export interface SettlementReading {
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
  /** The activities that have runs, of some executions: one for each run, in no order. */
  recorded(run_ids: readonly string[]): Promise<RecordedActivity[]>;
}

/** Labs, their stashes, and the fields that their runs carry. Bounded where they serve hints. */
export interface LabReading {
  /** Labs that have a stash or runs. */
  labs(): Promise<string[]>;
  /** Labs that have runs. Bounded, as all reads for hints are: see read/counting/hints.ts. */
  labRuns(query: LabRunsQuery): Promise<LabRuns[]>;
  /** Namespaces whose runs are in each lab. */
  namespaces(): Promise<{ lab: string; namespaces: string[] }[]>;
  stash(lab: string): Promise<StashSnapshot>;
  stashHistory(lab: string, query?: StashHistoryQuery): Promise<StashHistoryEntry[]>;
  /** Paths of metadata fields that runs carry; `prefix`: that begin so. */
  paths(limit: number, prefix?: string): Promise<string[]>;
  /** Distinct values of a metadata field; `prefix`: texts that begin so. */
  fieldValues(path: string, limit: number, prefix?: string): Promise<Literal[]>;
  /** Distinct values of a known field, where they stand in a small table. */
  columnValues(name: string, limit: number): Promise<string[] | undefined>;
  /** Metadata fields that runs carry; of `path` alone with those below it, and with its most frequent values. */
  fields(path?: string): Promise<FieldUse[]>;
  /** Places in results and arguments that are indexed. */
  indexedPlaces(): Promise<IndexedPlace[]>;
}

/** The store itself: who it is, how large, and whether it is sound. */
export interface UpkeepReading {
  identity(): Promise<StoreIdentity>;
  /** Where it was written under its identity, the first place first; empty for one that an older release wrote last. */
  places(): Promise<StorePlace[]>;
  counts(): Promise<{ runs: number; open: number; executions: number; refusals: number }>;
  /** Space that each table takes with its indexes, the largest first. Looks at each page of a SQLite file. */
  tableSizes(): Promise<TableSize[]>;
  /** What is left to derive of links. */
  linkState(): Promise<LinkState>;
  losses(): Promise<{ loss: string; count: number; last_time: number; detail: string }[]>;
  /** Which of these runs were purged or pruned: taken out, or changed after they were recorded. */
  buried(uids: readonly string[]): Promise<string[]>;
  /** Looks for damage and later edits, a page at a time; see integrity/verification.ts. */
  verify(options?: VerifyOptions): Promise<VerifyPage>;
}
