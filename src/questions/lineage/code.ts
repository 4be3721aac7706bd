/**
 * The code of many runs: package, commit, changes and repository of each environment, read once. Node only.
 * @module
 */
import { isJsonObject } from '../../model/json';
import type { NodeFacts } from '../../store/interface/lineage-reading';
import type { Store } from '../../store/store';
import { fact } from '../stories/environments';
import type { LineageCode } from './lineage-answers';

/** The most environments that are read for one answer: each is a separate document. */
const MANY_ENVIRONMENTS = 500;

/** The known facts about the code, by environment id. */
export async function codeOf(store: Store, facts: Iterable<NodeFacts>): Promise<Map<string, LineageCode>> {
  const ids = new Set<string>();
  for (const one of facts) if (one.type === 'run' && one.environment !== undefined) ids.add(one.environment);
  const code = new Map<string, LineageCode>();
  for (const id of [...ids].slice(0, MANY_ENVIRONMENTS)) {
    const environment = await store.environment(id);
    if (!environment) continue;
    const commit = fact(environment, 'git.commit');
    const repository = fact(environment, 'git.repository');
    const program = fact(environment, 'code.package');
    const { name, version } = isJsonObject(program) ? program : {};
    code.set(id, {
      ...(typeof name === 'string' && { package: name }),
      ...(typeof version === 'string' && { version }),
      ...(typeof commit === 'string' && { commit, dirty: fact(environment, 'git.dirty') === true }),
      ...(typeof repository === 'string' && { repository }),
    });
  }
  return code;
}
