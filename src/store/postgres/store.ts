/**
 * The PostgreSQL store. Node only.
 * @module
 */

import { ProvenanceError } from '../../errors';
import type { StoreIdentity } from '../identity';
import type { VerifyOptions } from '../integrity/verification';
import type { ChangesQuery } from '../interface/changes';
import type { LogPartQuery } from '../interface/details';
import type { LineageReading } from '../interface/lineage-reading';
import type { LogOwner, LogQuery } from '../interface/log-query';
import type { OutlineReading } from '../interface/outline';
import type { GroupQuery, RunReference } from '../interface/queries';
import type { UnsettledActivity } from '../interface/settling';
import type {
  Author,
  StashChange,
  StashHistoryEntry,
  StashHistoryQuery,
  StashSnapshot,
} from '../interface/stash-changes';
import type { IndexPage } from '../interface/writing';
import type { WriteAnswer, WriteRecord } from '../interface/written';
import { lineageAt } from '../lineage/lineage-reads';
import { outlineAt } from '../outline/reads';
import { trimInSteps } from '../progress-trim';
import type { FieldUse } from '../read/counting/field-use';
import type { RunGroup } from '../read/counting/grouping';
import type { LabRunsQuery } from '../read/counting/hints';
import type { Reads } from '../read/reads';
import type { DocumentQuery } from '../records/document-kind';
import { documentKind } from '../records/document-rows';
import type { ExecutionQuery, RunQuery } from '../search/query';
import type { Store } from '../store';
import { type Client, Connections } from './connection/connection';
import { storeError } from './connection/errors';
import { migrate, readIdentity } from './identity/migrate';
import { notePlace, readPlaces } from './identity/place';
import { assertWriter } from './identity/roles';
import { openReads } from './open-reads';
import { writtenForm } from './values/forms';
import { indexedText, readText } from './values/text';
import { forget, link } from './writing/linking';
import { trimProgress } from './writing/progress-writer';
import { changeStash, readStash, readStashHistory } from './writing/stash';
import { indexValues } from './writing/value-indexer';
import { GroupWriter } from './writing/writer';

interface PostgresStoreOptions {
  /** The original URL, with credentials. */
  url: string;
  location: string;
  /** @defaultValue 'write' */
  mode?: 'read' | 'write';
  /** Creates the schema if it is missing; only with `mode: 'write'`. @defaultValue true */
  create?: boolean;
  /** The time limit of a statement. The server aborts it a little later. @defaultValue half a minute */
  limit_ms?: number;
}

/** @throws (rejects) STORE_UNREACHABLE, STORE_REFUSED, STORE_MISSING, STORE_BUSY, STORE_SCHEMA_NEWER, STORE_URL_INVALID, NATIVE_MISSING */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const mode = options.mode ?? 'write';
  const connections = new Connections({ ...options, mode });
  try {
    if (mode === 'write' && (options.create ?? true)) await migrate(connections);
    const { storage_id } = await readIdentity(connections);
    if (mode === 'write') {
      await assertWriter(connections);
      await notePlace(connections);
    }
    return new PostgresStore(connections, storage_id);
  } catch (error) {
    await connections.close();
    throw storeError(error, connections);
  }
}

class PostgresStore implements Store {
  readonly location: string;
  readonly lineage: LineageReading;
  readonly outline: OutlineReading;
  readonly #connections: Connections;
  readonly #writer: GroupWriter;
  readonly #reads: Reads;
  #closed = false;

  constructor(connections: Connections, storage_id: string) {
    this.location = connections.location;
    this.#connections = connections;
    this.#writer = new GroupWriter(connections, storage_id, readStash);
    this.#reads = openReads(connections);
    this.lineage = lineageAt({
      ask: (question, args) => this.#guard(() => this.#reads.askLineage(question, args)),
    });
    this.outline = outlineAt({
      ask: (question, args) => this.#guard(() => this.#reads.askOutline(question, args)),
    });
  }

  identity(): Promise<StoreIdentity> {
    return this.#guard(() => readIdentity(this.#connections));
  }

  places = () => this.#guard(() => readPlaces(this.#connections));

  write(records: readonly WriteRecord[]): Promise<WriteAnswer[]> {
    return this.#guard(() => this.#writer.write(records));
  }

  stash(lab: string): Promise<StashSnapshot> {
    return this.#withClient((client) => readStash(client, lab));
  }

  changeStash(
    lab: string,
    changes: readonly StashChange[],
    author: Author,
    expected_version?: number,
  ): Promise<StashSnapshot> {
    return this.#guard(() => changeStash(this.#connections, lab, changes, author, expected_version));
  }

  stashHistory(lab: string, query?: StashHistoryQuery): Promise<StashHistoryEntry[]> {
    return this.#withClient((client) => readStashHistory(client, lab, query));
  }

  labs = () => this.#guard(async () => (await this.#reads.labs()).map(readText));
  labRuns = (query: LabRunsQuery) =>
    this.#guard(async () =>
      (await this.#reads.labRuns(query)).map(({ lab, runs }) => ({ lab: readText(lab), runs })),
    );
  paths = (limit: number, prefix?: string) =>
    this.#guard(async () => (await this.#reads.paths(limit, prefix)).map(readText));
  fieldValues = (path: string, limit: number, prefix?: string) =>
    this.#guard(() => this.#reads.fieldValues(indexedText(path), limit, prefix));
  columnValues = (name: string, limit: number) =>
    this.#guard(async () => (await this.#reads.columnValues(name, limit))?.map(readText));
  removedAmong = (uids: readonly string[]) =>
    this.#guard(() => this.#reads.removedAmong(uids.map(indexedText)));
  runs = (query: RunQuery) => this.#guard(() => this.#reads.runs(query));
  findRuns = (query: RunQuery) => this.#guard(() => this.#reads.findRuns(query));
  searchRuns = (query: RunQuery) => this.#guard(() => this.#reads.searchRuns(query));
  readRuns = (numbers: readonly number[]) => this.#guard(() => this.#reads.readRuns(numbers));
  firstRuns = (run_ids: readonly string[]) =>
    this.#guard(() => this.#reads.firstRuns(run_ids.map(indexedText)));
  lastRuns = (session_ids: readonly string[]) =>
    this.#guard(() => this.#reads.lastRuns(session_ids.map(indexedText)));
  resolve = (reference: RunReference) => this.#guard(() => this.#reads.resolve(storedReference(reference)));
  attempts = (uid: string) => this.#guard(() => this.#reads.attempts(indexedText(uid)));
  executions = (query: ExecutionQuery) => this.#guard(() => this.#reads.executions(storedExecutions(query)));
  findExecutions = (query: ExecutionQuery) =>
    this.#guard(() => this.#reads.findExecutions(storedExecutions(query)));
  readExecutions = (numbers: readonly number[]) => this.#guard(() => this.#reads.readExecutions(numbers));
  execution = (run_id: string) => this.#guard(() => this.#reads.execution(indexedText(run_id)));
  context = (run_id: string, n: number) =>
    this.#guard(async () => {
      const document = await this.#reads.context(indexedText(run_id), n);
      return document === null ? null : readText(document);
    });
  environment = (id: string) => this.#guard(() => this.#reads.environment(indexedText(id)));
  environments = (limit: number) => this.#guard(() => this.#reads.environments(limit));
  blob = (digest: string) => this.#guard(() => this.#reads.blob(indexedText(digest)));
  session = (session_id: string) => this.#guard(() => this.#reads.session(indexedText(session_id)));
  sessions = (limit: number) => this.#guard(() => this.#reads.sessions(limit));
  namespaces = () =>
    this.#guard(async () =>
      (await this.#reads.namespaces()).map(({ lab, namespaces }) => ({
        lab: readText(lab),
        namespaces: namespaces.map(readText),
      })),
    );
  refusals = (limit: number, lab?: string) =>
    this.#guard(() => this.#reads.refusals(limit, lab === undefined ? lab : indexedText(lab)));
  documents = (query: DocumentQuery) => this.#guard(() => this.#reads.documents(storedQueryOf(query)));
  refusalsOf = (run_id: string) => this.#guard(() => this.#reads.refusalsOf(indexedText(run_id)));
  recorded = (run_ids: readonly string[]) =>
    this.#guard(async () => {
      const recorded = await this.#reads.recorded(run_ids.map(indexedText));
      return recorded.map((one) => ({ ...one, activity_id: readText(one.activity_id) }));
    });
  unsettled = (query: Parameters<Store['unsettled']>[0]) => this.#guard(() => this.#reads.unsettled(query));
  unsettledStandalone = (query: Parameters<Store['unsettledStandalone']>[0]) =>
    this.#guard(async () => {
      const { activities, ...page } = await this.#reads.unsettledStandalone(query);
      return { ...page, activities: activities.map(readActivity) };
    });
  lateReports = (owner: LogOwner) => this.#guard(() => this.#reads.lateReports(storedOwner(owner)));
  lastState = () => this.#guard(() => this.#reads.lastState());
  changes = (query: ChangesQuery) => this.#guard(() => this.#reads.changes(query));
  decisions = (run_id: string) => this.#guard(() => this.#reads.decisions(indexedText(run_id)));
  checkpoints = (uid: string) => this.#guard(() => this.#reads.checkpoints(indexedText(uid)));
  removals = (uid: string) => this.#guard(() => this.#reads.removals(indexedText(uid)));
  logPart = (query: LogPartQuery) =>
    this.#guard(() => this.#reads.logPart({ ...query, owner: storedOwner(query.owner) }));
  logLevels = (owner: LogOwner) => this.#guard(() => this.#reads.logLevels(storedOwner(owner)));
  environmentUse: Store['environmentUse'] = ({ id, ...query }) =>
    this.#guard(() =>
      this.#reads.environmentUse({ ...query, ...(id !== undefined && { id: indexedText(id) }) }),
    );
  log = (owner: LogOwner) => this.#guard(() => this.#reads.log(storedOwner(owner)));
  searchLog = (query: LogQuery) => this.#guard(() => this.#reads.searchLog(storedQuery(query)));
  trimProgress = (before: number) =>
    this.#guard(() =>
      trimInSteps((limit) => this.#connections.transaction((client) => trimProgress(client, before, limit))),
    );
  link = (limit: number) => this.#guard(() => link(this.#connections, limit));
  forgetLinks = () => this.#guard(() => forget(this.#connections));
  linkState = () => this.#guard(() => this.#reads.linkState());
  indexValues = (page: IndexPage) => this.#withClient((client) => indexValues(client, page));
  losses = () => this.#guard(() => this.#reads.losses());
  fields = (path?: string) =>
    this.#guard(async () => (await this.#reads.fields(path && indexedText(path))).map(readField));
  indexedPlaces = () => this.#guard(() => this.#reads.indexedPlaces());
  groupRuns = (query: GroupQuery) =>
    this.#guard(async () => (await this.#reads.groupRuns(query)).map(readGroup));
  tableSizes = () => this.#guard(() => this.#reads.tableSizes());
  counts = () => this.#guard(() => this.#reads.counts());
  verify = (options?: VerifyOptions) => this.#guard(() => this.#reads.verify(options));

  /** Waits for running statements. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#connections.close();
  }

  #withClient<T>(body: (client: Client) => Promise<T>): Promise<T> {
    return this.#guard(() => this.#connections.transaction(body));
  }

  async #guard<T>(action: () => Promise<T>): Promise<T> {
    try {
      if (this.#closed) throw new ProvenanceError('STORE_CLOSED', `The store ${this.location} is closed.`);
      return await action();
    } catch (error) {
      throw storeError(error, this.#connections);
    }
  }
}

function readField({ path, ...use }: FieldUse): FieldUse {
  return { path: readText(path), ...use };
}

function readGroup({ values, runs }: RunGroup): RunGroup {
  return { values: values.map((value) => (typeof value === 'string' ? readText(value) : value)), runs };
}

function storedExecutions(query: ExecutionQuery): ExecutionQuery {
  return { ...query, ...(query.lab && { lab: indexedText(query.lab) }) };
}

function storedReference(reference: RunReference): RunReference {
  if (reference.by === 'uid') return { by: 'uid', uid: indexedText(reference.uid) };
  return 'lab' in reference ? { ...reference, lab: indexedText(reference.lab) } : reference;
}

function readActivity({ runs, ...address }: UnsettledActivity): UnsettledActivity {
  return {
    namespace: readText(address.namespace),
    activity_id: readText(address.activity_id),
    activity_run_id: readText(address.activity_run_id),
    runs,
  };
}

function storedQuery({ owner, execution, lab, ...query }: LogQuery): LogQuery {
  return {
    ...query,
    ...(owner && { owner: storedOwner(owner) }),
    ...(execution !== undefined && { execution: indexedText(execution) }),
    ...(lab !== undefined && { lab: indexedText(lab) }),
  };
}

function storedOwner(owner: LogOwner): LogOwner {
  return 'run_start' in owner
    ? { run_start: indexedText(owner.run_start) }
    : { run_id: indexedText(owner.run_id) };
}

/** Returns a query whose value has the stored form of its column. */
function storedQueryOf(query: DocumentQuery): DocumentQuery {
  const { of, by } = query;
  const form = by && documentKind(of)?.table.columns[by.column]?.form;
  return form ? { ...query, by: { ...by, value: String(writtenForm(form, by.value)) } } : query;
}
