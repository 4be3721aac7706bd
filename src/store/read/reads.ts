/**
 * Cold reads, the same for every dialect. Built with Kysely; searches, which are not cold, are the dialect's own. Node only.
 * @module
 */

import { type Kysely, sql } from 'kysely';
import type { RunRecord } from '../../model/documents';
import type { Environment, WorkerSession } from '../../model/environment';
import type { ExecutionRecord } from '../../model/execution';
import type { JsonObject } from '../../model/json';
import { unpack } from '../content';
import type { VerifyOptions, VerifyPage } from '../integrity/verification';
import { type DatabaseCheck, verifyPage } from '../integrity/verify';
import type { LogOwner, LogQuery } from '../log-query';
import type { FieldValue } from '../metadata-index/field-values';
import type { GroupQuery, RunReference, TableSize } from '../queries';
import type { DocumentQuery } from '../records/document-kind';
import type { Schema } from '../schema';
import type { SearchSource } from '../search/dialect';
import { findExecutions } from '../search/executions';
import type { ExecutionQuery, RunQuery } from '../search/query';
import { findRuns } from '../search/search';
import type { RefusalRecord, Store } from '../store';
import { readDocuments } from './document-reads';
import { type FieldUse, readFieldUse, readTopValues } from './field-use';
import { findFirstRuns } from './first-runs';
import { groupRuns, type RunGroup } from './grouping';
import { type LabRunsQuery, readColumnValues, readFieldValues, readLabRuns, readPaths } from './hints';
import {
  type Contains,
  readCheckpoints,
  readDecisions,
  readLateReports,
  readLog,
  searchLog,
} from './progress-reads';
import { readBuried, readRecorded } from './recorded';
import { readRefusals, readRefusalsOf } from './refusals';
import { readRuns } from './run-documents';
import { findNamed, type UidEnd } from './run-names';
import { countRows, sumLosses } from './tallies';
import { readUnsettled, readUnsettledStandalone } from './unsettled';

/** What a dialect answers itself. */
interface Searches extends DatabaseCheck {
  /** Does one search's work, which sees one moment where the database can. */
  search<Answer>(work: (source: SearchSource) => Promise<Answer>): Promise<Answer>;
  contains: Contains;
  tableSizes(): TableSize[] | Promise<TableSize[]>;
  uidEnd: UidEnd;
  /** A value of the two search tables as `encodeValue` gives it. */
  readValue(stored: FieldValue): FieldValue;
}

const TOP_VALUES = 20;
const IDS_PER_QUERY = 500;

/** The reading half of a {@link Store}, apart from identity and stash. */
export class Reads {
  readonly #db: Kysely<Schema>;
  readonly #searches: Searches;

  constructor(db: Kysely<Schema>, searches: Searches) {
    this.#db = db;
    this.#searches = searches;
  }

  async runs(query: RunQuery): Promise<RunRecord[]> {
    return this.readRuns(await this.findRuns(query));
  }

  findRuns(query: RunQuery): Promise<number[]> {
    return this.#searches.search((source) => findRuns(source, query));
  }

  async readRuns(seqs: readonly number[]): Promise<RunRecord[]> {
    return readRuns(this.#db, seqs);
  }

  async firstRuns(run_ids: readonly string[]): Promise<RunRecord[]> {
    return this.readRuns(await findFirstRuns(this.#db, run_ids));
  }

  async resolve(reference: RunReference): Promise<RunRecord[]> {
    return this.readRuns(await findNamed(this.#db, reference, this.#searches.uidEnd));
  }

  async attempts(uid: string): Promise<RunRecord[]> {
    const named = this.#db.selectFrom('run').where('uid', '=', uid);
    const run = await named
      .select(['seq', 'execution_id', 'activity_id', 'activity_run_id'])
      .executeTakeFirst();
    if (!run) return [];
    const attempts = this.#db
      .selectFrom('run')
      .select('seq')
      .where('activity_id', '=', run.activity_id)
      .orderBy('seq');
    if (run.execution_id !== null) {
      const rows = await attempts.where('execution_id', '=', run.execution_id).execute();
      return this.readRuns(rows.map((row) => row.seq));
    }
    if (run.activity_run_id === null) return this.readRuns([run.seq]);
    const rows = await attempts.where('activity_run_id', '=', run.activity_run_id).execute();
    return this.readRuns(rows.map((row) => row.seq));
  }

  /** Executions whose facts arrived; one that only runs name has nothing to tell. */
  async executions(query: ExecutionQuery): Promise<ExecutionRecord[]> {
    return this.readExecutions(await this.findExecutions(query));
  }

  findExecutions(query: ExecutionQuery): Promise<number[]> {
    return this.#searches.search((source) => findExecutions(source, query));
  }

  async readExecutions(ids: readonly number[]): Promise<ExecutionRecord[]> {
    const byId = new Map<number, ExecutionRow>();
    for (let from = 0; from < ids.length; from += IDS_PER_QUERY) {
      const some = ids.slice(from, from + IDS_PER_QUERY);
      for (const row of await this.#executionRows().where('id', 'in', some).execute()) byId.set(row.id, row);
    }
    return ids.flatMap((id) => toExecution(byId.get(id)) ?? []);
  }

  async execution(run_id: string): Promise<ExecutionRecord | null> {
    return toExecution(await this.#executionRows().where('run_id', '=', run_id).executeTakeFirst());
  }

  async context(run_id: string, n: number): Promise<string | null> {
    const row = await this.#db
      .selectFrom('context')
      .select('document')
      .where('run_id', '=', run_id)
      .where('n', '=', n)
      .executeTakeFirst();
    return row?.document ?? null;
  }

  async environment(id: string): Promise<Environment | null> {
    const row = await this.#db
      .selectFrom('environment')
      .select('document')
      .where('environment_id', '=', id)
      .executeTakeFirst();
    return row?.document ? JSON.parse(row.document) : null;
  }

  async environments(limit: number) {
    const rows = await this.#db
      .selectFrom('environment')
      .innerJoin('run', 'run.environment_id', 'environment.id')
      .select(({ fn }) => [
        'environment.document',
        fn.count<number>('run.seq').as('runs'),
        fn.min('run.time').as('first_time'),
        fn.max('run.time').as('last_time'),
      ])
      .where('environment.document', 'is not', null)
      .groupBy(['environment.id', 'environment.document'])
      .orderBy('last_time', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ document, runs, ...times }) => ({
      environment: JSON.parse(document!) as Environment,
      runs: Number(runs),
      ...times,
    }));
  }

  async blob(digest: string): Promise<{ media_type: string; bytes: Uint8Array } | null> {
    const row = await this.#db
      .selectFrom('blob')
      .select(['media_type', 'bytes'])
      .where('digest', '=', digest)
      .executeTakeFirst();
    return row ? unpack(row) : null;
  }

  async session(session_id: string): Promise<WorkerSession | null> {
    const row = await this.#db
      .selectFrom('worker_session')
      .select('document')
      .where('session_id', '=', session_id)
      .executeTakeFirst();
    return row?.document ? JSON.parse(row.document) : null;
  }

  async sessions(limit: number): Promise<WorkerSession[]> {
    const rows = await this.#db
      .selectFrom('worker_session')
      .select('document')
      .where('document', 'is not', null)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ document }) => JSON.parse(document!) as WorkerSession);
  }

  /** Asked kind by kind and lab by lab, each by its index: labs have few of either, and many runs. */
  async namespaces(): Promise<{ lab: string; namespaces: string[] }[]> {
    const { rows } = await sql<{ lab: string; namespace: string }>`
      SELECT DISTINCT lab.name AS lab, kind.namespace AS namespace FROM lab CROSS JOIN kind
      WHERE EXISTS (SELECT 1 FROM run WHERE run.kind_id = kind.id AND run.lab_id = lab.id)
      ORDER BY 1, 2`.execute(this.#db);
    const byLab = new Map<string, string[]>();
    for (const { lab, namespace } of rows) byLab.set(lab, [...(byLab.get(lab) ?? []), namespace]);
    return [...byLab].map(([lab, namespaces]) => ({ lab, namespaces }));
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

  async buried(uids: readonly string[]): Promise<string[]> {
    return readBuried(this.#db, uids);
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

  losses() {
    return sumLosses(this.#db);
  }

  async labs(): Promise<string[]> {
    const rows = await this.#db.selectFrom('lab').select('name').orderBy('name').execute();
    return rows.map((row) => row.name);
  }

  labRuns(query: LabRunsQuery) {
    return readLabRuns(this.#db, query);
  }

  paths(limit: number): Promise<string[]> {
    return readPaths(this.#db, limit);
  }

  fieldValues(path: string, limit: number) {
    return readFieldValues(this.#db, path, limit, this.#searches.readValue);
  }

  columnValues(name: string, limit: number) {
    return readColumnValues(this.#db, name, limit);
  }

  async fields(path?: string): Promise<FieldUse[]> {
    const fields = await readFieldUse(this.#db, path);
    const wanted = fields.find((field) => field.path === path);
    if (wanted)
      wanted.values = await readTopValues(this.#db, wanted.path, TOP_VALUES, this.#searches.readValue);
    return fields;
  }

  async groupRuns({ filter, lab, keys }: GroupQuery): Promise<RunGroup[]> {
    const all = !filter?.where && lab === undefined;
    const seqs = all ? undefined : await this.findRuns({ filter, lab, limit: Number.MAX_SAFE_INTEGER });
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

  #executionRows() {
    return this.#db.selectFrom('execution').select(['id', 'start', 'observed', 'settled']);
  }
}

interface ExecutionRow {
  id: number;
  start: string | null;
  observed: string | null;
  settled: string | null;
}

function toExecution(row: ExecutionRow | undefined): ExecutionRecord | null {
  if (!row?.start) return null;
  return {
    start: JSON.parse(row.start),
    observed: row.observed === null ? null : JSON.parse(row.observed),
    settled: row.settled === null ? null : JSON.parse(row.settled),
  };
}
