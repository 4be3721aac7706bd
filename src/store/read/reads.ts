/**
 * Infrequent reads, the same for every dialect, built with Kysely. Searches are frequent, so each dialect has its own. Node only.
 * @module
 */
import type { Kysely } from 'kysely';
import type { RunRecord } from '../../model/documents';
import type { Environment, WorkerSession } from '../../model/environment';
import type { ExecutionRecord } from '../../model/execution';
import type { JsonObject } from '../../model/json';
import type { VerifyOptions, VerifyPage } from '../integrity/verification';
import { type DatabaseCheck, verifyPage } from '../integrity/verify';
import type { LineageReading } from '../interface/lineage-reading';
import type { LinkState } from '../interface/linking';
import type { LogOwner, LogQuery } from '../interface/log-query';
import type { OutlineReading } from '../interface/outline';
import type { GroupQuery, RunReference, TableSize, UsedEnvironment } from '../interface/queries';
import type { RefusalRecord } from '../interface/written';
import { lineageReads } from '../lineage/lineage-reads';
import type { FieldValue } from '../metadata-index/field-values';
import { outlineReads } from '../outline/reads';
import type { DocumentQuery } from '../records/document-kind';
import type { Schema } from '../schema';
import type { SearchSource } from '../search/dialect';
import { findExecutions } from '../search/executions';
import type { ExecutionQuery, FoundRuns, RunQuery } from '../search/query';
import { findRuns, searchRuns } from '../search/search';
import type { Store } from '../store';
import { findAttempts } from './attempts';
import { readBlob, readEnvironment, readEnvironments, readSession, readSessions } from './code-reads';
import type { FieldUse } from './counting/field-use';
import { readFields } from './counting/fields';
import { groupRuns, type RunGroup } from './counting/grouping';
import {
  type LabRunsQuery,
  readColumnValues,
  readFieldValues,
  readLabRuns,
  readPaths,
} from './counting/hints';
import { readLabs, readNamespaces } from './counting/labs';
import { type IndexedPlace, readIndexedPlaces } from './counting/place-use';
import { countRows, sumLosses } from './counting/tallies';
import { DetailReads, type DetailSearches } from './detail-reads';
import type { LastRun } from './details';
import { readDocuments } from './document-reads';
import { readContext, readExecution, readExecutions } from './execution-documents';
import { findFirstRuns, findLastRuns } from './first-runs';
import { readLinkState } from './link-reads';
import { readCheckpoints, readDecisions, readLateReports, readLog, searchLog } from './progress-reads';
import { readRecorded, readRemoved } from './recorded';
import { readRefusals, readRefusalsOf } from './refusals';
import { readRuns } from './run-documents';
import { findNamed, type UidEnd } from './run-names';
import { readUnsettled, readUnsettledStandalone } from './unsettled';

/** Queries that depend on the dialect. */
interface Searches extends DatabaseCheck, DetailSearches {
  /** Runs the work of one search. If the database can, the work sees one snapshot. */
  search<Answer>(work: (source: SearchSource) => Promise<Answer>): Promise<Answer>;
  tableSizes(): TableSize[] | Promise<TableSize[]>;
  uidEnd: UidEnd;
  /** The key of the last run of the row `worker_session`. */
  lastOfSession: LastRun;
  /** Returns a value of the two search tables in the form of `encodeValue`. */
  readValue(stored: FieldValue): FieldValue;
}

/** The reads of a {@link Store}, except identity and stash. */
export class Reads extends DetailReads {
  readonly lineage: LineageReading;
  readonly outline: OutlineReading;
  readonly #db: Kysely<Schema>;
  readonly #searches: Searches;

  constructor(db: Kysely<Schema>, searches: Searches) {
    super(db, searches);
    this.#db = db;
    this.#searches = searches;
    this.lineage = lineageReads(searches);
    this.outline = outlineReads(searches);
  }

  /** Answers a question about lineage by name, for a thread that is called by names. */
  askLineage(question: keyof LineageReading, args: readonly unknown[]): Promise<unknown> {
    const ask = this.lineage[question] as (...args: readonly unknown[]) => Promise<unknown>;
    return ask(...args);
  }

  /** Answers a question about outlines by name. */
  askOutline(question: keyof OutlineReading, args: readonly unknown[]): Promise<unknown> {
    const ask = this.outline[question] as (...args: readonly unknown[]) => Promise<unknown>;
    return ask(...args);
  }

  async runs(query: RunQuery): Promise<RunRecord[]> {
    return this.readRuns(await this.findRuns(query));
  }

  findRuns(query: RunQuery): Promise<number[]> {
    return this.#searches.search((source) => findRuns(source, query));
  }

  searchRuns(query: RunQuery): Promise<FoundRuns> {
    return this.#searches.search((source) => searchRuns(source, query));
  }

  async readRuns(seqs: readonly number[]): Promise<RunRecord[]> {
    return readRuns(this.#db, seqs);
  }

  async firstRuns(run_ids: readonly string[]): Promise<RunRecord[]> {
    return this.readRuns(await findFirstRuns(this.#db, run_ids));
  }

  async lastRuns(session_ids: readonly string[]): Promise<RunRecord[]> {
    return this.readRuns(await findLastRuns(this.#db, session_ids, this.#searches.lastOfSession));
  }

  async resolve(reference: RunReference): Promise<RunRecord[]> {
    return this.readRuns(await findNamed(this.#db, reference, this.#searches.uidEnd));
  }

  async attempts(uid: string): Promise<RunRecord[]> {
    return this.readRuns(await findAttempts(this.#db, uid));
  }

  /** Returns executions whose facts have arrived. An execution that only runs name has none. */
  async executions(query: ExecutionQuery): Promise<ExecutionRecord[]> {
    return this.readExecutions(await this.findExecutions(query));
  }

  findExecutions(query: ExecutionQuery): Promise<number[]> {
    return this.#searches.search((source) => findExecutions(source, query));
  }

  async readExecutions(ids: readonly number[]): Promise<ExecutionRecord[]> {
    return readExecutions(this.#db, ids);
  }

  async execution(run_id: string): Promise<ExecutionRecord | null> {
    return readExecution(this.#db, run_id);
  }

  context(run_id: string, n: number): Promise<string | null> {
    return readContext(this.#db, run_id, n);
  }

  environment(id: string): Promise<Environment | null> {
    return readEnvironment(this.#db, id);
  }

  environments(limit: number): Promise<UsedEnvironment[]> {
    return readEnvironments(this.#db, limit);
  }

  blob(digest: string): Promise<{ media_type: string; bytes: Uint8Array } | null> {
    return readBlob(this.#db, digest);
  }

  session(session_id: string): Promise<WorkerSession | null> {
    return readSession(this.#db, session_id);
  }

  sessions(limit: number): Promise<WorkerSession[]> {
    return readSessions(this.#db, limit);
  }

  namespaces(): Promise<{ lab: string; namespaces: string[] }[]> {
    return readNamespaces(this.#db);
  }

  refusals(limit: number, lab?: string): Promise<RefusalRecord[]> {
    return readRefusals(this.#db, limit, lab);
  }

  documents(query: DocumentQuery): Promise<JsonObject[]> {
    return readDocuments(this.#db, query);
  }

  refusalsOf(run_id: string): Promise<RefusalRecord[]> {
    return readRefusalsOf(this.#db, run_id);
  }

  async removedAmong(uids: readonly string[]): Promise<string[]> {
    return readRemoved(this.#db, uids);
  }

  recorded(run_ids: readonly string[]) {
    return readRecorded(this.#db, run_ids);
  }

  async unsettled(query: Parameters<Store['unsettled']>[0]): ReturnType<Store['unsettled']> {
    return readUnsettled(this.#db, query);
  }

  async unsettledStandalone(
    query: Parameters<Store['unsettledStandalone']>[0],
  ): ReturnType<Store['unsettledStandalone']> {
    return readUnsettledStandalone(this.#db, query);
  }

  async decisions(run_id: string): ReturnType<Store['decisions']> {
    return readDecisions(this.#db, run_id);
  }

  async checkpoints(uid: string): ReturnType<Store['checkpoints']> {
    return readCheckpoints(this.#db, uid);
  }

  async log(owner: LogOwner): ReturnType<Store['log']> {
    return readLog(this.#db, owner);
  }

  async lateReports(owner: LogOwner): ReturnType<Store['lateReports']> {
    return readLateReports(this.#db, owner);
  }

  async searchLog(query: LogQuery): ReturnType<Store['searchLog']> {
    return searchLog(this.#db, query, this.#searches.contains);
  }

  linkState(): Promise<LinkState> {
    return readLinkState(this.#db);
  }

  losses() {
    return sumLosses(this.#db);
  }

  labs(): Promise<string[]> {
    return readLabs(this.#db);
  }

  labRuns(query: LabRunsQuery) {
    return readLabRuns(this.#db, query);
  }

  paths(limit: number, prefix?: string): Promise<string[]> {
    return readPaths(this.#db, limit, prefix);
  }

  fieldValues(path: string, limit: number, prefix?: string) {
    return readFieldValues(this.#db, { path, limit, prefix }, this.#searches.readValue);
  }

  columnValues(name: string, limit: number) {
    return readColumnValues(this.#db, name, limit);
  }

  fields(path?: string): Promise<FieldUse[]> {
    return readFields(this.#db, path, this.#searches.readValue);
  }

  indexedPlaces(): Promise<IndexedPlace[]> {
    return readIndexedPlaces(this.#db);
  }

  async groupRuns({ filter, lab, keys, numbers }: GroupQuery): Promise<RunGroup[]> {
    const all = !filter?.where && lab === undefined;
    const seqs = numbers
      ? numbers
      : all
        ? undefined
        : await this.findRuns({ filter, lab, limit: Number.MAX_SAFE_INTEGER });
    return groupRuns(this.#db, keys, seqs, this.#searches.readValue);
  }

  async tableSizes(): Promise<TableSize[]> {
    return this.#searches.tableSizes();
  }

  counts() {
    return countRows(this.#db);
  }

  verify(options: VerifyOptions = {}): Promise<VerifyPage> {
    return verifyPage(this.#db, this.#searches, options);
  }

  async close(): Promise<void> {
    await this.#db.destroy();
  }
}
