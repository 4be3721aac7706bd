/**
 * Workers in the form of a list: their last sessions with code, rules and last run; and one session with the
 * resources of its runs. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import type { Environment, WorkerSession } from '../../model/environment';
import type { Json } from '../../model/json';
import { runHas } from '../conditions';
import { runsOf } from '../lists/runs';
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
  const sessions = only_lab === undefined ? all : all.filter(({ capture }) => capture?.lab === only_lab);
  const environments = new Map<string, Environment | null>();
  const workers: WorkerView[] = [];
  for (const session of sessions.slice(0, limit)) {
    const id = session.environment;
    if (id !== undefined && !environments.has(id)) environments.set(id, await store.environment(id));
    workers.push(await viewOf(scope, session, (id && environments.get(id)) || null));
  }
  return { workers, more: sessions.length > limit };
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
    ...(await viewOf(scope, session, environment)),
    resources,
    more_runs: resources.runs === SUMMED_RUNS,
    loaded_later: session.loaded_later?.length ?? 0,
  };
}

async function viewOf(
  scope: Scope,
  session: WorkerSession,
  environment: Environment | null,
): Promise<WorkerView> {
  const { captured: _, loaded_later: __, ...told } = session;
  const plugins = environment ? fact(environment, 'code.plugins') : undefined;
  const last_run_time = await lastRun(scope, session);
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

async function lastRun({ store, lab }: Scope, { session_id }: WorkerSession): Promise<number | undefined> {
  const wanted = { filter: { where: runHas('session', session_id) }, limit: 1 };
  for await (const { start } of runsOf({ store, lab }, wanted)) return start.time;
  return undefined;
}
