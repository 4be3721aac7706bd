/**
 * Worker sessions: who worked, with which versions and rules, on which queue, and what that used. Node only.
 * @module
 */
import { seenBy } from '../../environment/identity/seen';
import type { RulesDocument } from '../../metadata/rules-document';
import type { Environment, WorkerSession } from '../../model/environment';
import type { Store } from '../../store/store';
import { runHas } from '../conditions';
import { runsOf } from '../lists/runs';
import type { Scope } from '../scope';

/** What the runs of a session used, as far as their ends are known. */
export interface SessionResources {
  runs: number;
  /** Time of their code, in milliseconds. */
  duration_ms: number;
  /** CPU time of the process while they ran; runs beside each other count it several times. */
  cpu_ms: number;
  /** The most that the process had. */
  max_rss_bytes: number;
}

/** One worker's life. */
export interface SessionView {
  /** Identity, host, queue, versions and the rest, as the worker told it. */
  session: WorkerSession;
  /** False where it has told its end. A worker that was killed tells none. */
  open: boolean;
  /** As the session saw it; null where it was not captured. */
  environment: Environment | null;
  /** Rules of its lab; null where it had none, or they are not in the store any more. */
  rules: RulesDocument | null;
  /** Where they were asked for. */
  resources?: SessionResources;
}

/** Which sessions, and how much of them. */
export interface SessionsWanted {
  /** At most so many, the last to begin. */
  limit: number;
  /** Whether the runs of each are read for what they used. */
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

/** What the runs of a session used; `limit`: of its last runs alone. */
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
