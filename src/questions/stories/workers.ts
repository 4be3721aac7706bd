/**
 * Workers in the form of a list: their last sessions with code, rules and last run; and one session with the
 * resources of its runs. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import type { Environment, WorkerSession } from '../../model/environment';
import type { Json } from '../../model/json';
import type { Scope } from '../scope';
import { environmentFacts } from './environment-words';
import { fact } from './environments';
import { resourcesOf, type SessionResources } from './sessions';

/** The most sessions that are searched for those of one lab. */
const SESSIONS = 1_000;
/** The most runs of a session that are summed up. Reading them takes a tenth of a second. */
const SUMMED_RUNS = 1_000;

/** A worker session in a list. */
export interface WorkerView {
  /** The session without what was captured, which is in its environment. */
  session: Omit<WorkerSession, 'captured' | 'loaded_later'>;
  /** False if the worker has reported its end. A killed worker reports none. */
  open: boolean;
  /** The code in words, as in `show`; absent if it was not captured. */
  code?: string;
  /** Temporal plugins, interceptors, data converter and codec. */
  plugins?: Json;
  /** When the session's last run opened (UNIX seconds); absent if it has none. */
  last_run_time?: number;
}

/** A session with the resources of its runs. */
export interface WorkerDetail extends WorkerView {
  resources: SessionResources;
  /** True if the session has more runs than were summed up. The last ones are summed up. */
  more_runs: boolean;
  /** The number of the lab's own code files that were loaded after its environment was captured. */
  loaded_later: number;
}

/** Sessions, the last to begin first. `more`: there are older ones. */
export async function workersOf(
  scope: Scope,
  limit: number,
): Promise<{ workers: WorkerView[]; more: boolean }> {
  const { store, only_lab } = scope;
  const all = await store.sessions(only_lab === undefined ? limit + 1 : SESSIONS);
  const own = only_lab === undefined ? all : all.filter(({ capture }) => capture?.lab === only_lab);
  const sessions = own.slice(0, limit);
  const times = await lastRunTimes(scope, sessions);
  const environments = new Map<string, Environment | null>();
  const workers: WorkerView[] = [];
  for (const session of sessions) {
    const id = session.environment;
    if (id !== undefined && !environments.has(id)) environments.set(id, await store.environment(id));
    workers.push(viewOf(session, (id && environments.get(id)) || null, times));
  }
  return { workers, more: own.length > limit };
}

/** @throws (rejects) ProvenanceError NOT_FOUND */
export async function workerOf(scope: Scope, session_id: string): Promise<WorkerDetail> {
  const { store, only_lab, confined } = scope;
  const session = await store.session(session_id);
  if (!session || (confined && session.capture?.lab !== only_lab))
    throw new ProvenanceError('NOT_FOUND', `Worker session ${session_id} does not exist.`);
  const environment = session.environment ? await store.environment(session.environment) : null;
  const resources = await resourcesOf(scope, session, SUMMED_RUNS);
  return {
    ...viewOf(session, environment, await lastRunTimes(scope, [session])),
    resources,
    more_runs: resources.runs === SUMMED_RUNS,
    loaded_later: session.loaded_later?.length ?? 0,
  };
}

function viewOf(
  session: WorkerSession,
  environment: Environment | null,
  times: ReadonlyMap<string | undefined, number>,
): WorkerView {
  const { captured: _, loaded_later: __, ...told } = session;
  const plugins = environment ? fact(environment, 'code.plugins') : undefined;
  const last_run_time = times.get(session.session_id);
  const code = environment && codeText(environment);
  return {
    session: told,
    open: session.stop_time === undefined,
    ...(code && { code }),
    ...(plugins !== undefined && { plugins }),
    ...(last_run_time !== undefined && { last_run_time }),
  };
}

function codeText(environment: Environment): string {
  const git = environmentFacts(environment).find(({ label }) => label === 'git');
  // Commit and changes. The environment shows further facts, such as the repository's address.
  return (
    git?.said
      .flatMap(({ text, tone }) => (tone === undefined ? [] : [text]))
      .join(' ')
      .replace(/,$/, '') ?? ''
  );
}

/** Returns the time of each session's last run, by session id. */
async function lastRunTimes({ store }: Scope, sessions: readonly WorkerSession[]) {
  const runs = await store.lastRuns(sessions.map(({ session_id }) => session_id));
  return new Map(runs.map(({ start }) => [start.provenance.session, start.time]));
}
