/**
 * Finds stored nodes by their printed ids. Node only.
 * @module
 */
import type { Store } from '../../../store/store';

/** The most versions of one content that are read. */
const MANY_VERSIONS = 1_000;
const DIGEST = /^artifact:sha256:([0-9a-f]{64})$/;

/** The stored nodes of printed ids. Unknown ids are left out. */
export async function nodesOfIds(store: Store, ids: readonly string[]): Promise<number[]> {
  const named = (prefix: string) =>
    ids.filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length));
  const nodes = await store.lineage.nodesOf({ uids: named('run:'), run_ids: named('execution:') });
  for (const id of ids) if (id.startsWith('artifact:')) nodes.push(...(await versionsOf(store, id)));
  return nodes;
}

async function versionsOf(store: Store, id: string): Promise<number[]> {
  const sha256 = DIGEST.exec(id)?.[1];
  const name =
    sha256 === undefined
      ? ({ by: 'uri', uri: id.slice('artifact:'.length) } as const)
      : ({ by: 'sha256', sha256 } as const);
  const versions = await store.lineage.versions(name, MANY_VERSIONS);
  // A name without a digest names the versions whose content is not known.
  return versions.filter((one) => sha256 !== undefined || one.sha256 === undefined).map(({ node }) => node);
}
