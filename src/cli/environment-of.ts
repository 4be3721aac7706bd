/**
 * The environment of a run, as the session that made the run saw it. Node only.
 * @module
 */
import { seenBy } from '../environment/seen';
import type { RunRecord } from '../model/documents';
import type { Environment } from '../model/environment';
import type { Store } from '../store/store';

/** Null where it was not captured, or is not in this store. */
export async function environmentOf(store: Store, { start }: RunRecord): Promise<Environment | null> {
  const { environment: id, session } = start.provenance;
  const environment = id ? await store.environment(id) : null;
  if (!environment) return null;
  return seenBy(environment, session ? await store.session(session) : null);
}
