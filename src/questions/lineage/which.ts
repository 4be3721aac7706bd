/**
 * `which`: finds the origin of a file on this machine by its content alone. Its name does not matter. Node
 * only.
 * @module
 */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { fileUri } from '../../model/file-uri';
import type { VersionFacts } from '../../store/interface/lineage-reading';
import type { Store } from '../../store/store';
import type { Answer, Scope } from '../scope';
import { mergedRuns } from './artifacts';
import { behindRemarks, catchUp } from './catch-up';
import type { KnownContent, WhichAnswer } from './data-answers';
import type { DataPlace } from './data-reference';
import { runsOfVersions } from './data-runs';
import { digestOfPath } from './file-digest';
import { namesOf } from './node-words';
import { revisionsOf } from './revisions';

const MANY_VERSIONS = 10_000;

/**
 * The known facts about the content of a file or directory.
 * @throws (rejects) ProvenanceError NOT_FOUND if there is no such file, REFERENCE_INVALID if it has no content
 */
export async function whichOf(
  scope: Scope,
  file: string,
  place: DataPlace & { cwd: string },
): Promise<Answer<WhichAnswer>> {
  const { store } = scope;
  const path = resolve(place.cwd, file);
  const { sha256, size_bytes } = await digestOfPath(path, place.onBytes);
  const { value: known, remarks } = await whichContent(scope, sha256);
  const name_known = known.versions.length === 0 ? await knownName(store, path) : undefined;
  return { value: { file, ...known, size_bytes, ...(name_known && { name_known }) }, remarks };
}

/** The known facts about a content, by its digest alone (hex). */
export async function whichContent(scope: Scope, sha256: string): Promise<Answer<KnownContent>> {
  const { store } = scope;
  const behind = await catchUp(scope);
  const found = await store.lineage.versions({ by: 'sha256', sha256 }, MANY_VERSIONS);
  const groups = [...byArtifact(found)];
  const [runs, histories] = await Promise.all([runsOfVersions(store, found), historiesOf(store, groups)]);
  const versions: KnownContent['versions'] = [];
  for (const [i, [artifact, same]] of groups.entries()) {
    const all = histories[i]!;
    const revision = revisionsOf(all).find((one) => one.sha256 === sha256)?.revision ?? 1;
    const time = Math.min(...same.map(({ first_time }) => first_time));
    versions.push({
      artifact,
      names: namesOf(same),
      revision,
      time,
      ...mergedRuns(same.map(({ node }) => runs.get(node)!)),
    });
  }
  versions.sort((a, b) => a.time - b.time);
  const size_bytes = found.find((version) => version.size_bytes !== undefined)?.size_bytes;
  const value = { sha256, ...(size_bytes !== undefined && { size_bytes }), versions };
  return { value, remarks: behindRemarks(behind) };
}

function byArtifact(versions: readonly VersionFacts[]): Map<string, VersionFacts[]> {
  const groups = new Map<string, VersionFacts[]>();
  for (const version of versions)
    groups.set(version.artifact_id, [...(groups.get(version.artifact_id) ?? []), version]);
  return groups;
}

/** One after the other, because common contents have thousands of names. */
async function historiesOf(
  store: Store,
  groups: readonly (readonly [artifact_id: string, unknown])[],
): Promise<VersionFacts[][]> {
  const histories: VersionFacts[][] = [];
  for (const [artifact_id] of groups) histories.push(await versionsOf(store, artifact_id));
  return histories;
}

function versionsOf(store: Store, artifact_id: string): Promise<VersionFacts[]> {
  return store.lineage.versions({ by: 'artifact_id', artifact_id }, MANY_VERSIONS);
}

async function knownName(store: Store, path: string): Promise<WhichAnswer['name_known']> {
  const [version] = await store.lineage.versions({ by: 'uri', uri: fileUri(hostname(), path) }, 1);
  if (!version) return undefined;
  const { artifact_id } = version;
  const all = await versionsOf(store, artifact_id);
  const revisions = revisionsOf(all);
  const sha256 = revisions.at(-1)?.sha256;
  return {
    artifact: artifact_id,
    names: namesOf(all),
    revisions: revisions.length,
    ...(sha256 !== undefined && { sha256 }),
  };
}
