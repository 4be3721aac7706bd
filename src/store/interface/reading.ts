/**
 * All reads of a store, grouped by subject. Reads never write and never block writers.
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

/** Reads of runs: search, lookup by name, and whole records. */
export interface RunReading {
  /** Rejects with CURSOR_GONE if `after` names no run. */
  runs(query: RunQuery): Promise<RunRecord[]>;
  /** Returns the numbers of the same runs in the store, for callers that read them piece by piece. */
  findRuns(query: RunQuery): Promise<number[]>;
  /** As `findRuns`, but also returns how many runs the search could not read. */
  searchRuns(query: RunQuery): Promise<FoundRuns>;
  /** Reads runs by these numbers, in this order. Runs that were deleted meanwhile are left out. */
  readRuns(numbers: readonly number[]): Promise<RunRecord[]>;
  /** Returns, for each execution (Temporal's run ids), its first run and its first run with a scan id, in no order. */
  firstRuns(run_ids: readonly string[]): Promise<RunRecord[]>;
  /** Returns the last run of each of these worker sessions, in no order. */
  lastRuns(session_ids: readonly string[]): Promise<RunRecord[]>;
  /** Returns the runs that a reference names, newest first, at most 10. An ambiguous reference names several. */
  resolve(reference: RunReference): Promise<RunRecord[]>;
  /** Returns all attempts of a run's activity, oldest first. */
  attempts(uid: string): Promise<RunRecord[]>;
  /** Counts runs by the values that they share. */
  groupRuns(query: GroupQuery): Promise<RunGroup[]>;
}

/** Reads of executions and their decisions. */
export interface ExecutionReading {
  executions(query: ExecutionQuery): Promise<ExecutionRecord[]>;
  /** Returns the numbers of the same executions in the store. */
  findExecutions(query: ExecutionQuery): Promise<number[]>;
  /** Reads executions by these numbers, in this order. */
  readExecutions(numbers: readonly number[]): Promise<ExecutionRecord[]>;
  execution(run_id: string): Promise<ExecutionRecord | null>;
  context(run_id: string, n: number): Promise<string | null>;
  /** Returns decisions on an execution in order of time. */
  decisions(run_id: string): Promise<Decision[]>;
}

/** Reads of refused runs, and of records that are one document each. */
export interface RefusalReading {
  /** Returns refusals, the latest recorded first. */
  refusals(limit: number, lab?: string): Promise<RefusalRecord[]>;
  /** Returns all refusals of one execution (Temporal's run id), the newest first. */
  refusalsOf(run_id: string): Promise<RefusalRecord[]>;
  /** Returns records that are one document each, the newest first. */
  documents(query: DocumentQuery): Promise<JsonObject[]>;
}

/** Reads of checkpoints and logs. */
export interface ProgressReading {
  /** Returns the checkpoints of a run by index. */
  checkpoints(uid: string): Promise<Checkpoint[]>;
  /** Returns the lines that a run or a workflow logged, oldest first. */
  log(owner: LogOwner): Promise<LogLine[]>;
  /** Searches logged lines of all runs and workflows, newest first. */
  searchLog(query: LogQuery): Promise<FoundLine[]>;
}

/** Reads of workers and the code that they ran. */
export interface CodeReading {
  environment(id: string): Promise<Environment | null>;
  environments(limit: number): Promise<UsedEnvironment[]>;
  blob(digest: string): Promise<{ media_type: string; bytes: Uint8Array } | null>;
  session(session_id: string): Promise<WorkerSession | null>;
  /** Returns worker sessions, the latest first. */
  sessions(limit: number): Promise<WorkerSession[]>;
}

/** Reads of unsettled records and of late reports. */
export interface SettlementReading {
  /**
   * Returns executions with an unsettled run, or without the server's report of their end, oldest first, in pages. `next` is the
   * position of the next page. Executions with a run opened at or after `opened_before` (UNIX seconds) are left out.
   */
  unsettled(query: {
    limit: number;
    after?: number;
    opened_before: number;
  }): Promise<{ executions: UnsettledExecution[]; next?: number }>;
  /**
   * Returns standalone activities with an unsettled run, oldest first, in pages as {@link unsettled}. An activity whose record
   * lacks its run id is left out, because the server can't be asked about it.
   */
  unsettledStandalone(query: {
    limit: number;
    after?: number;
    opened_before: number;
  }): Promise<{ activities: UnsettledActivity[]; next?: number }>;
  /** Returns reports that came after the final state of a run or an execution and contradict it, in order of arrival. */
  lateReports(owner: LogOwner): Promise<LateReport[]>;
  /** Returns one entry for each recorded run of these executions, with its activity, in no order. */
  recorded(run_ids: readonly string[]): Promise<RecordedActivity[]>;
}

/** Reads of labs, their stashes and the fields of their runs. Reads for hints are bounded. */
export interface LabReading {
  /** Returns labs that have a stash or runs. */
  labs(): Promise<string[]>;
  /** Returns labs that have runs. Bounded like all reads for hints: see read/counting/hints.ts. */
  labRuns(query: LabRunsQuery): Promise<LabRuns[]>;
  /** Returns the namespaces of each lab's runs. */
  namespaces(): Promise<{ lab: string; namespaces: string[] }[]>;
  stash(lab: string): Promise<StashSnapshot>;
  stashHistory(lab: string, query?: StashHistoryQuery): Promise<StashHistoryEntry[]>;
  /** Returns paths of metadata fields that runs carry. `prefix`: only paths that begin with it. */
  paths(limit: number, prefix?: string): Promise<string[]>;
  /** Returns distinct values of a metadata field. `prefix`: only texts that begin with it. */
  fieldValues(path: string, limit: number, prefix?: string): Promise<Literal[]>;
  /** Returns distinct values of a known field, or undefined if they are not in a small table. */
  columnValues(name: string, limit: number): Promise<string[] | undefined>;
  /** Returns metadata fields that runs carry. `path`: only this field with its most frequent values, and the fields below it. */
  fields(path?: string): Promise<FieldUse[]>;
  /** Returns the places in results and arguments that are indexed. */
  indexedPlaces(): Promise<IndexedPlace[]>;
}

/** Reads of the store itself: its places, size, state and faults. */
export interface UpkeepReading {
  identity(): Promise<StoreIdentity>;
  /**
   * Returns the places at which it was written under its identity, in the order of first use. Empty if an older release wrote it
   * last.
   */
  places(): Promise<StorePlace[]>;
  counts(): Promise<{ runs: number; open: number; executions: number; refusals: number }>;
  /** Returns the space of each table with its indexes, the largest first. It reads every page of a SQLite file. */
  tableSizes(): Promise<TableSize[]>;
  /** Returns how many links are left to derive. */
  linkState(): Promise<LinkState>;
  losses(): Promise<{ loss: string; count: number; last_time: number; detail: string }[]>;
  /** Returns those of these runs that were purged or pruned: deleted, or changed after they were recorded. */
  removedAmong(uids: readonly string[]): Promise<string[]>;
  /** Verifies one page of the store; see integrity/verification.ts. */
  verify(options?: VerifyOptions): Promise<VerifyPage>;
}
