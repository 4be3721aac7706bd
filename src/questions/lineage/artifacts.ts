/**
 * Lists artifacts, and reads one with its versions, names and runs. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import { ARTIFACT_FIELDS } from '../../filter/artifact-fields';
import { type Condition, equals, type Filter } from '../../filter/filter';
import { parseFilter } from '../../filter/parser';
import { FEW_CONTENT_BYTES } from '../../lineage/content';
import type { VersionFacts } from '../../store/interface/lineage-reading';
import type { Store } from '../../store/store';
import type { Answer, Scope } from '../scope';
import { behindRemarks, catchUp } from './catch-up';
import type { ArtifactDetail, ArtifactsQuery, ArtifactView, DataRuns, DataVersion } from './data-answers';
import { type DataPlace, dataArgumentAt, findData, versionsCalled, versionsNamed } from './data-reference';
import { type RunsOfVersions, runsOfVersions } from './data-runs';
import { namesOf } from './node-words';
import { type Revision, revisionsOf } from './revisions';

const MANY = 50;
/** The most versions that are read at a time while artifacts are listed. */
const PAGE = 500;
const MANY_VERSIONS = 10_000;
const MANY_MEMBERS = 1_000;

/**
 * Artifacts with a version that passes a filter, the most recently seen first. @throws (rejects) FilterError
 */
export async function artifactsOf(scope: Scope, query: ArtifactsQuery): Promise<Answer<ArtifactView[]>> {
  const { value, remarks } = await artifactsPart(scope, query);
  return { value: value.items, remarks };
}

/**
 * A part of the list. `next` is the `after` of the next part; absent in the last part. @throws (rejects)
 * FilterError
 */
export async function artifactsPart(
  scope: Scope,
  { where = '', limit = MANY, after }: ArtifactsQuery,
): Promise<Answer<{ items: ArtifactView[]; next?: number }>> {
  const filter = parseFilter(where, ARTIFACT_FIELDS);
  if (filter.order)
    throw new ProvenanceError(
      'FILTER_INVALID',
      'Artifacts are listed with the last seen first: remove ORDER BY.',
    );
  const { store } = scope;
  const behind = await catchUp(scope);
  const found = new Map<string, VersionFacts>();
  let more = true;
  for (let before = after; more && found.size < limit; ) {
    const page = await store.lineage.findVersions({
      filter,
      limit: PAGE,
      ...(before !== undefined && { before }),
    });
    for (const version of page) {
      if (found.size === limit) break;
      before = version.id;
      if (found.has(version.artifact_id) || (await wasListed(store, version, { filter, after }))) continue;
      found.set(version.artifact_id, version);
    }
    more = page.length === PAGE || before !== page.at(-1)?.id;
  }
  const items = await viewsOf(store, [...found.values()]);
  const last = [...found.values()].at(-1);
  const next = more && last !== undefined ? last.id : undefined;
  return { value: { items, ...(next !== undefined && { next }) }, remarks: behindRemarks(behind) };
}

/** True if an earlier part of the list has the artifact, by a version that was seen later. */
async function wasListed(
  store: Store,
  { artifact_id, id }: VersionFacts,
  { filter, after }: { filter: Filter; after?: number },
): Promise<boolean> {
  if (after === undefined) return false;
  const all = await store.lineage.versions({ by: 'artifact_id', artifact_id }, MANY_VERSIONS);
  if (!all.some((version) => version.id >= after)) return false;
  const own = equals(ARTIFACT_FIELDS, 'artifact_id', artifact_id);
  const where: Condition = filter.where ? { op: 'and', conditions: [filter.where, own] } : own;
  const [newest] = await store.lineage.findVersions({ filter: { where }, limit: 1 });
  return newest !== undefined && newest.id > id;
}

/** Artifacts whose name, end of a name, content or id is this text; the most recently seen first. */
export async function artifactsNamed(
  scope: Scope,
  text: string,
  limit = MANY,
): Promise<Answer<ArtifactView[]>> {
  const behind = await catchUp(scope);
  const last = new Map<string, VersionFacts>();
  for (const version of await versionsCalled(scope.store, text.trim()))
    if (!last.has(version.artifact_id)) last.set(version.artifact_id, version);
  const value = await viewsOf(scope.store, [...last.values()].slice(0, limit));
  return { value, remarks: behindRemarks(behind) };
}

async function viewsOf(store: Store, versions: readonly VersionFacts[]): Promise<ArtifactView[]> {
  const runs = await runsOfVersions(store, versions, { users: false });
  return Promise.all(versions.map((version) => viewOf(store, version, runs)));
}

async function viewOf(store: Store, version: VersionFacts, runs: RunsOfVersions): Promise<ArtifactView> {
  const { artifact_id, node } = version;
  const all = await store.lineage.versions({ by: 'artifact_id', artifact_id }, MANY_VERSIONS);
  const { generated_by } = await withContentMakers(store, version, runs.get(node)!);
  return {
    artifact_id,
    names: namesOf([version, ...all]),
    type: version.kind,
    revisions: revisionsOf(all).length,
    ...contentOf(version),
    time: version.first_time,
    ...(generated_by[0] ? { generated_by: generated_by[0] } : { origin: 'unknown' }),
  };
}

function contentOf({ sha256, size_bytes, media_type, missing }: VersionFacts) {
  return {
    ...(sha256 !== undefined && { sha256 }),
    ...(size_bytes !== undefined && { size_bytes }),
    ...(media_type !== undefined && { media_type }),
    ...(missing !== undefined && { missing }),
  };
}

/**
 * One artifact: with all its versions, or with the one that was named.
 * @throws (rejects) ProvenanceError NOT_FOUND; AMBIGUOUS if several artifacts have the digest
 */
export async function artifactOf(
  scope: Scope,
  word: string,
  place: DataPlace,
): Promise<Answer<ArtifactDetail>> {
  const { store } = scope;
  const behind = behindRemarks(await catchUp(scope));
  const byName = await versionsNamed(store, word.replace(/^artifact:(?!sha256:)/, ''));
  if (byName.length > 0) return { value: await detailOf(store, byName[0]!.artifact_id), remarks: behind };
  const found = await findData(scope, word, place);
  if (!found)
    throw new ProvenanceError(
      'NOT_FOUND',
      `'${word}' names no data in ${store.location}: use ${dataArgumentAt(place)}.`,
    );
  const { versions, named } = found.value;
  const only = named ?? versions.at(-1)!;
  return { value: await detailOf(store, only.artifact_id, only), remarks: [...found.remarks, ...behind] };
}

async function detailOf(store: Store, artifact_id: string, only?: VersionFacts): Promise<ArtifactDetail> {
  const all = await store.lineage.versions({ by: 'artifact_id', artifact_id }, MANY_VERSIONS);
  const revisions = revisionsOf(all);
  const wanted = only
    ? revisions.filter(({ versions }) => versions.some(({ node }) => node === only.node))
    : revisions;
  const first = revisions[0]!.versions[0]!;
  const runs = await runsOfVersions(
    store,
    wanted.flatMap(({ versions }) => versions),
  );
  const versions: DataVersion[] = [];
  for (const revision of wanted) versions.push(await versionOf(store, revision, runs));
  return {
    artifact_id,
    names: namesOf(all),
    type: first.kind,
    created_time: first.first_time,
    versions,
    same_content: await sameContent(store, artifact_id, wanted),
  };
}

async function versionOf(store: Store, revision: Revision, runs: RunsOfVersions): Promise<DataVersion> {
  const { versions } = revision;
  const [first] = versions;
  const own = mergedRuns(versions.map(({ node }) => runs.get(node)!));
  const all = await withContentMakers(store, versions[0]!, own);
  const isSet = first!.kind === 'directory' || first!.kind === 'collection';
  const members = isSet ? await store.lineage.members(first!.id, MANY_MEMBERS) : [];
  return {
    revision: revision.revision,
    ...contentOf(first!),
    time: first!.first_time,
    ...(all.generated_by.length === 0 && { origin: 'unknown' }),
    names: namesOf(versions),
    ...all,
    ...(members.length > 0 && {
      members: members.map(({ name, version: { sha256, size_bytes } }) => ({
        name,
        ...(sha256 !== undefined && { sha256 }),
        ...(size_bytes !== undefined && { size_bytes }),
      })),
    }),
  };
}

/** Runs of several versions together, each once. */
export function mergedRuns(parts: readonly DataRuns[]): DataRuns {
  // A run that is not in this store may have no known uid.
  const once = (runs: DataRuns['used_by']) => [
    ...new Map(runs.map((run, at) => [run.uid || at, run])).values(),
  ];
  const used_by = once(parts.flatMap((part) => part.used_by));
  const counted = parts.reduce((sum, { used_count }) => sum + used_count, 0);
  const named = parts.reduce((sum, part) => sum + part.used_by.length, 0);
  return {
    generated_by: once(parts.flatMap(({ generated_by }) => generated_by)),
    used_by,
    used_count: counted - (named - used_by.length),
  };
}

/** If no run generated the version: the runs that generated its content under another name. */
async function withContentMakers(store: Store, version: VersionFacts, runs: DataRuns): Promise<DataRuns> {
  const { sha256, size_bytes = 0 } = version;
  if (runs.generated_by.length > 0 || sha256 === undefined || size_bytes <= FEW_CONTENT_BYTES) return runs;
  const same = await store.lineage.versions({ by: 'sha256', sha256 }, MANY);
  const makers = [...(await runsOfVersions(store, same, { users: false })).values()].flatMap(
    ({ generated_by }) => generated_by,
  );
  const evidence = makers.length > 1 ? 'content-ambiguous' : 'content';
  return { ...runs, generated_by: makers.map((run) => ({ ...run, evidence })) };
}

/** Names of other artifacts that have one of these contents. */
async function sameContent(
  store: Store,
  artifact_id: string,
  revisions: readonly Revision[],
): Promise<string[]> {
  const names = new Set<string>();
  for (const { sha256 } of revisions.slice(-MANY)) {
    if (sha256 === undefined) continue;
    const others = await store.lineage.versions({ by: 'sha256', sha256 }, MANY);
    for (const name of namesOf(others.filter((other) => other.artifact_id !== artifact_id))) names.add(name);
  }
  return [...names];
}
