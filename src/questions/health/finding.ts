/**
 * The result of one check of `doctor`. Node only.
 * @module
 */
import type { Session } from './facts';

/** `warn`: should be looked at, but nothing is lost. */
export type Health = 'ok' | 'warn' | 'fail';

/** Signs of health, so that colour is never the only sign. */
export const HEALTH_SIGNS: Readonly<Record<Health, string>> = { ok: '✓', warn: '!', fail: '✗' };

/** The result of a check; the caller adds the name. */
export interface Found {
  health: Health;
  /** One sentence; for a fault, with the solution. */
  words: string;
}

/** The result of a check, with its name. */
export interface Finding extends Found {
  check: string;
}

/** Nothing is wrong. */
export const ok = (words: string): Found => ({ health: 'ok', words });
/** Something that people should look at. */
export const warn = (words: string): Found => ({ health: 'warn', words });
/** Something that is broken. */
export const fail = (words: string): Found => ({ health: 'fail', words });

/** The last session of each worker, by task queue and host. `sessions`: newest first. */
export function lastOfEach(sessions: readonly Session[]): Session[] {
  const seen = new Set<string>();
  return sessions.filter(({ session: { namespace, task_queue, host } }) => {
    const worker = JSON.stringify([namespace, task_queue, host]);
    if (seen.has(worker)) return false;
    seen.add(worker);
    return true;
  });
}

/**
 * The remarks about workers, each once with the newest worker that it concerns. Of each worker only the last
 * session counts. Without remarks: `healthy`.
 */
export function perSession(
  sessions: readonly Session[],
  healthy: string | undefined,
  look: (session: Session) => Found[],
): Found[] {
  const found = new Map<string, { finding: Found; workers: Set<string> }>();
  for (const each of lastOfEach(sessions)) {
    const { task_queue, host } = each.session;
    for (const finding of look(each)) {
      const entry = found.get(finding.words) ?? { finding, workers: new Set() };
      entry.workers.add(`${task_queue} on ${host}`);
      found.set(finding.words, entry);
    }
  }
  if (found.size === 0) {
    if (healthy === undefined) return [];
    return [ok(sessions.length === 0 ? 'no worker has run yet' : healthy)];
  }
  return [...found.values()].map(({ finding, workers }) => ({
    ...finding,
    words: `${namesOf([...workers])}: ${finding.words}`,
  }));
}

function namesOf(workers: readonly string[]): string {
  const [first = ''] = workers;
  return workers.length === 1 ? first : `${first} and ${workers.length - 1} more`;
}
