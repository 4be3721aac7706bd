/**
 * The SQLite store. For writing it runs in its own thread, so that a slow disk never blocks the caller's event loop. For reading
 * (command line, page) it runs on the calling thread. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import type { LineageReading } from '../interface/lineage-reading';
import type { OutlineReading } from '../interface/outline';
import type { WriteAnswer, WriteRecord } from '../interface/written';
import { lineageAt } from '../lineage/lineage-reads';
import { outlineAt } from '../outline/reads';
import { trimInSteps } from '../progress-trim';
import type { Store } from '../store';
import { BUSY_TIMEOUT_MS } from './connection/connection';
import { storeError } from './connection/errors';
import { answer, type SessionOptions, SqliteSession } from './session';
import { StoreThread } from './thread-client';
import { type GroupAnswer, toAnswer } from './writing/answers';
import { encodeGroup } from './writing/group-codec';

/** A call may wait twice for a writer of another process. */
const CALL_DEADLINE_MS = 2 * BUSY_TIMEOUT_MS;
/**
 * After this time, a thread that still waits for another process's lock is terminated. Its records are not stored, but they are
 * in the spool.
 */
const CLOSE_DEADLINE_MS = 1_000;

/** Runs the calls of a store, in its own thread or on the calling thread. */
interface Backend {
  call<T>(method: string, args: readonly unknown[]): Promise<T>;
  close(): Promise<void>;
}

/**
 * Opens a SQLite store.
 * @throws (rejects) STORE_UNREACHABLE, STORE_CORRUPT, STORE_SCHEMA_NEWER, STORE_URL_INVALID, STORE_BUSY, NATIVE_MISSING
 */
export async function openSqliteStore(options: SessionOptions): Promise<Store> {
  const backend = options.mode === 'write' ? inThread(options) : here(options);
  try {
    await backend.call('open', []);
    return new SqliteStore(options.location, backend);
  } catch (error) {
    await backend.close();
    throw error;
  }
}

class SqliteStore implements Store {
  readonly location: string;
  readonly lineage: LineageReading;
  readonly outline: OutlineReading;
  readonly #backend: Backend;

  constructor(location: string, backend: Backend) {
    this.location = location;
    this.#backend = backend;
    this.lineage = lineageAt({ ask: (question, args) => this.#call('askLineage', question, args) });
    this.outline = outlineAt({ ask: (question, args) => this.#call('askOutline', question, args) });
  }

  async write(records: readonly WriteRecord[]): Promise<WriteAnswer[]> {
    if (records.length === 0) return [];
    const [storage_id, answers] = await this.#call<GroupAnswer>('write', encodeGroup(records));
    return answers.map((answer) => toAnswer(answer, storage_id));
  }

  identity: Store['identity'] = () => this.#call('identity');
  places: Store['places'] = () => this.#call('places');
  stash: Store['stash'] = (lab) => this.#call('stash', lab);
  changeStash: Store['changeStash'] = (...args) => this.#call('changeStash', ...args);
  stashHistory: Store['stashHistory'] = (lab, options) => this.#call('stashHistory', lab, options);
  removedAmong: Store['removedAmong'] = (uids) => this.#call('removedAmong', uids);
  labs: Store['labs'] = () => this.#call('labs');
  labRuns: Store['labRuns'] = (query) => this.#call('labRuns', query);
  paths: Store['paths'] = (...args) => this.#call('paths', ...args);
  fieldValues: Store['fieldValues'] = (...args) => this.#call('fieldValues', ...args);
  columnValues: Store['columnValues'] = (name, limit) => this.#call('columnValues', name, limit);
  runs: Store['runs'] = (query) => this.#call('runs', query);
  findRuns: Store['findRuns'] = (query) => this.#call('findRuns', query);
  searchRuns: Store['searchRuns'] = (query) => this.#call('searchRuns', query);
  readRuns: Store['readRuns'] = (numbers) => this.#call('readRuns', numbers);
  firstRuns: Store['firstRuns'] = (run_ids) => this.#call('firstRuns', run_ids);
  lastRuns: Store['lastRuns'] = (session_ids) => this.#call('lastRuns', session_ids);
  resolve: Store['resolve'] = (reference) => this.#call('resolve', reference);
  attempts: Store['attempts'] = (uid) => this.#call('attempts', uid);
  executions: Store['executions'] = (query) => this.#call('executions', query);
  findExecutions: Store['findExecutions'] = (query) => this.#call('findExecutions', query);
  readExecutions: Store['readExecutions'] = (numbers) => this.#call('readExecutions', numbers);
  execution: Store['execution'] = (run_id) => this.#call('execution', run_id);
  context: Store['context'] = (run_id, n) => this.#call('context', run_id, n);
  environment: Store['environment'] = (id) => this.#call('environment', id);
  environments: Store['environments'] = (limit) => this.#call('environments', limit);
  blob: Store['blob'] = (digest) => this.#call('blob', digest);
  session: Store['session'] = (session_id) => this.#call('session', session_id);
  sessions: Store['sessions'] = (limit) => this.#call('sessions', limit);
  namespaces: Store['namespaces'] = () => this.#call('namespaces');
  refusals: Store['refusals'] = (...args) => this.#call('refusals', ...args);
  documents: Store['documents'] = (query) => this.#call('documents', query);
  refusalsOf: Store['refusalsOf'] = (run_id) => this.#call('refusalsOf', run_id);
  unsettled: Store['unsettled'] = (query) => this.#call('unsettled', query);
  unsettledStandalone: Store['unsettledStandalone'] = (query) => this.#call('unsettledStandalone', query);
  lateReports: Store['lateReports'] = (owner) => this.#call('lateReports', owner);
  lastState: Store['lastState'] = () => this.#call('lastState');
  changes: Store['changes'] = (query) => this.#call('changes', query);
  recorded: Store['recorded'] = (run_ids) => this.#call('recorded', run_ids);
  decisions: Store['decisions'] = (run_id) => this.#call('decisions', run_id);
  checkpoints: Store['checkpoints'] = (uid) => this.#call('checkpoints', uid);
  log: Store['log'] = (owner) => this.#call('log', owner);
  removals: Store['removals'] = (uid) => this.#call('removals', uid);
  logPart: Store['logPart'] = (query) => this.#call('logPart', query);
  logLevels: Store['logLevels'] = (owner) => this.#call('logLevels', owner);
  environmentUse: Store['environmentUse'] = (query) => this.#call('environmentUse', query);
  searchLog: Store['searchLog'] = (query) => this.#call('searchLog', query);
  trimProgress: Store['trimProgress'] = (before) =>
    trimInSteps((limit) => this.#call('trimProgress', before, limit));
  link: Store['link'] = (limit) => this.#call('link', limit);
  forgetLinks: Store['forgetLinks'] = () => this.#call('forgetLinks');
  linkState: Store['linkState'] = () => this.#call('linkState');
  indexValues: Store['indexValues'] = (page) => this.#call('indexValues', page);
  losses: Store['losses'] = () => this.#call('losses');
  fields: Store['fields'] = (path) => this.#call('fields', path);
  indexedPlaces: Store['indexedPlaces'] = () => this.#call('indexedPlaces');
  groupRuns: Store['groupRuns'] = (query) => this.#call('groupRuns', query);
  tableSizes: Store['tableSizes'] = () => this.#call('tableSizes');
  counts: Store['counts'] = () => this.#call('counts');
  verify: Store['verify'] = (options) => this.#call('verify', options);
  close = () => this.#backend.close();

  #call<T>(method: string, ...args: unknown[]): Promise<T> {
    return this.#backend.call<T>(method, args);
  }
}

function inThread(options: SessionOptions): Backend {
  const thread = new StoreThread(options);
  return {
    call: (method, args) => thread.call(method, args, CALL_DEADLINE_MS),
    close: () => thread.close(CLOSE_DEADLINE_MS),
  };
}

function here(options: SessionOptions): Backend {
  const session = new SqliteSession(options);
  let closed = false;
  return {
    async call<T>(method: string, args: readonly unknown[]): Promise<T> {
      try {
        if (closed) throw new ProvenanceError('STORE_CLOSED', `The store ${options.location} is closed.`);
        return (await answer(session, method, args)) as T;
      } catch (error) {
        throw storeError(error, options.location);
      }
    },
    async close() {
      closed = true;
      await session.close();
    },
  };
}
