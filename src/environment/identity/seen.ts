/**
 * An environment is shared by all sessions that ran the same code on the same system. Each session has its own
 * facts that are not part of the identity: branch, whether the commit was pushed, reasons for what is absent.
 * Node.
 * @module
 */
import type { Environment, SessionCapture, WorkerSession } from '../../model/environment';
import { isJsonObject, type JsonObject } from '../../model/json';

/**
 * What a session keeps of its capture. The list of changed paths stays with the environment, because it follows
 * from the identity.
 */
export function ownPart({
  id,
  detail,
  reasons,
  restorable,
  captured_time,
  duration_ms,
}: Environment): SessionCapture {
  const git = objectOf(detail.git);
  const { changed: _, ...rest } = git;
  const own: JsonObject = 'git' in detail ? { ...detail, git: rest } : detail;
  return { environment: id, detail: own, reasons, restorable, captured_time, duration_ms };
}

/** The environment as one session saw it. Unchanged if the session saw another environment. */
export function seenBy(environment: Environment, session: WorkerSession | null | undefined): Environment {
  const { captured, build_id } = session ?? {};
  const built = build_id === undefined ? environment.detail : withCode(environment.detail, build_id);
  if (captured?.environment !== environment.id) return { ...environment, detail: built };
  const { environment: _, detail, ...own } = captured;
  const { changed } = objectOf(environment.detail.git);
  const whole = changed === undefined ? detail : { ...detail, git: { ...objectOf(detail.git), changed } };
  return { ...environment, ...own, detail: build_id === undefined ? whole : withCode(whole, build_id) };
}

/** The same code may run under several build ids, so the build id belongs to the session. */
function withCode(detail: JsonObject, build_id: string): JsonObject {
  return { ...detail, code: { ...objectOf(detail.code), build_id } };
}

function objectOf(value: JsonObject[string] | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
