/**
 * Worker sessions: their workers, with versions, rules, queue and used resources. Node only.
 * @module
 */
import { seenBy } from '../../environment/identity/seen';
import type { RulesDocument } from '../../metadata/rules-document';
import type { Environment, WorkerSession } from '../../model/environment';
import type { Store } from '../../store/store';
import { runHas } from '../conditions';
import { runsOf } from '../lists/runs';
import type { Scope } from '../scope';

/** The resources that the runs of a session used, as far as their ends are known. */
export interface SessionResources {
  /** Number of runs that are summed up. */
  runs: number;
  /** Duration of the code of these runs together, in milliseconds. */
  duration_ms: number;
  /** CPU time of the process while they ran, in milliseconds. Concurrent runs count it several times. */
  cpu_ms: number;
  /** Peak memory of the process, in bytes. */
  max_rss_bytes: number;
}

/** The life of one worker. */
export interface SessionView {
  /** Identity, host, queue, versions and the rest, as the worker reported it. */
  session: WorkerSession;
  /** False if the worker has reported its end. A killed worker reports none. */
  open: boolean;
  /** As the session saw it; null if it was not captured. */
  environment: Environment | null;
  /** Rules of its lab; null if it had none, or if they are no longer in the store. */
  rules: RulesDocument | null;
  /** Present if requested. */
  resources?: SessionResources;
}

/** Selects sessions, and how much is returned about each. */
export interface SessionsWanted {
  /** At most this many, the last to begin. */
  limit: number;
  /** True to sum up the resources of each session's runs. */
  resources?: boolean;
}

/** Worker sessions, the last to begin first. */
export async function sessionsOf(scope: Scope, wanted: SessionsWanted): Promise<SessionView[]> {
  const { store } = scope;
  const views: SessionView[] = [];
  for (const session of await store.sessions(wanted.limit)) {
    const environment = session.environment ? await store.environment(session.environment) : null;
    views.push({
      session,
      open: session.stop_time === undefined,
      environment: environment && seenBy(environment, session),
      rules: await rulesOf(store, session),
      ...(wanted.resources && { resources: await resourcesOf(scope, session) }),
    });
  }
  return views;
}

async function rulesOf(store: Store, { rules }: WorkerSession): Promise<RulesDocument | null> {
  const blob = rules === undefined ? null : await store.blob(rules);
  return blob && (JSON.parse(Buffer.from(blob.bytes).toString('utf8')) as RulesDocument);
}

/** The resources that the runs of a session used. `limit`: only of its last runs. */
export async function resourcesOf(
  { store, lab }: Scope,
  { session_id }: WorkerSession,
  limit?: number,
): Promise<SessionResources> {
  const sum: SessionResources = { runs: 0, duration_ms: 0, cpu_ms: 0, max_rss_bytes: 0 };
  const wanted = { filter: { where: runHas('session', session_id) }, limit };
  for await (const { stop } of runsOf({ store, lab }, wanted)) {
    const used = stop?.resources;
    sum.runs += 1;
    sum.duration_ms += used?.duration_ms ?? 0;
    sum.cpu_ms += (used?.cpu_user_ms ?? 0) + (used?.cpu_system_ms ?? 0);
    sum.max_rss_bytes = Math.max(sum.max_rss_bytes, used?.max_rss_bytes ?? 0);
  }
  return sum;
}
