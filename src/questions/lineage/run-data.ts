/**
 * Inputs and outputs of one run: what it used and who produced it, what it generated, and which values it
 * received. Node only.
 * @module
 */
import type { DataDocument } from '../../model/data';
import type { RunRecord } from '../../model/documents';
import { EVIDENCE, LINK_KINDS, type LinkKind, strongestEvidence } from '../../model/link';
import type { LinkPath, NodeFacts, StoredLink, VersionFacts } from '../../store/interface/lineage-reading';
import type { Store } from '../../store/store';
import type { Scope } from '../scope';
import { mergedRuns } from './artifacts';
import { catchUp } from './catch-up';
import type { GivenValue, RunData, RunDataItem, UsedData } from './data-answers';
import { runsOfVersions } from './data-runs';
import { namesOf, nodeOf, printedId } from './node-words';

/** The longest time that the description of a run waits for links. */
const CATCH_UP_MS = 1_000;
const ANY_EVIDENCE = Object.values(EVIDENCE).reduce((mask, bit) => mask | bit, 0);

/** Data of a run; undefined if nothing is recorded about them. */
export async function runDataOf(scope: Scope, { start }: RunRecord): Promise<RunData | undefined> {
  const { store } = scope;
  const behind = await catchUp(scope, CATCH_UP_MS);
  const [document] = await store.documents({
    of: 'data',
    by: { column: 'run_start', value: start.uid },
    limit: 1,
  });
  const [node] = await store.lineage.nodesOf({ uids: [start.uid] });
  const links = node === undefined ? NO_LINKS : await linksOf(store, node);
  if (!document && Object.values(links).every(({ length }) => length === 0)) return undefined;
  const recorded = document as unknown as DataDocument | undefined;
  return {
    inputs: recorded?.inputs ?? 'unknown',
    ...(recorded?.reasons && { reasons: recorded.reasons }),
    ...(await answered(store, links)),
    ...(behind > 0 && { behind }),
  };
}

interface RunLinks {
  used: StoredLink[];
  generated: StoredLink[];
  informed: StoredLink[];
}

const NO_LINKS: RunLinks = { used: [], generated: [], informed: [] };

async function linksOf(store: Store, node: number): Promise<RunLinks> {
  const one = async (kind: keyof RunLinks & LinkKind) => {
    const direction = kind === 'generated' ? 'down' : 'up';
    const selection = { kinds: [LINK_KINDS[kind]], evidence: ANY_EVIDENCE };
    return (await store.lineage.walk({ from: [node], direction, depth: 1, selection })).links;
  };
  return { used: await one('used'), generated: await one('generated'), informed: await one('informed') };
}

async function answered(
  store: Store,
  { used, generated, informed }: RunLinks,
): Promise<Pick<RunData, 'used' | 'generated' | 'given'>> {
  const all = [...used, ...generated, ...informed];
  const ends = new Set(all.flatMap(({ earlier, later }) => [earlier, later]));
  const facts = new Map((await store.lineage.nodeFacts([...ends])).map((one) => [one.node, one]));
  const paths = await store.lineage.linkPaths(all);
  return {
    used: await withOrigins(store, itemsOf(used, 'earlier', { facts, paths })),
    generated: itemsOf(generated, 'later', { facts, paths }).map(({ item }) => item),
    given: givenOf(informed, { facts, paths }),
  };
}

interface Known {
  facts: ReadonlyMap<number, NodeFacts>;
  paths: readonly LinkPath[];
}

/** Links to versions of one content become one item. */
interface Found {
  item: RunDataItem;
  versions: VersionFacts[];
}

function itemsOf(links: readonly StoredLink[], end: 'earlier' | 'later', known: Known): Found[] {
  const groups = new Map<string, { links: StoredLink[]; versions: VersionFacts[] }>();
  for (const link of links) {
    const facts = known.facts.get(link[end]);
    if (facts?.type !== 'version') continue;
    const id = printedId(facts);
    const group = groups.get(id) ?? { links: [], versions: [] };
    groups.set(id, group);
    group.links.push(link);
    group.versions.push(facts);
  }
  return [...groups].map(([id, { links: same, versions }]) => ({
    item: itemOf(id, versions, { mask: maskOf(same), paths: pathsOf(same, end, known.paths) }),
    versions,
  }));
}

function itemOf(
  id: string,
  versions: readonly VersionFacts[],
  { mask, paths }: { mask: number; paths: string[] },
): RunDataItem {
  const { kind, sha256, size_bytes, missing } = versions[0]!;
  return {
    id,
    names: namesOf(versions),
    kind,
    ...(sha256 !== undefined && { sha256 }),
    ...(size_bytes !== undefined && { size_bytes }),
    ...(missing !== undefined && { missing }),
    evidence: strongestEvidence(mask),
    ...(paths.length > 0 && { paths }),
  };
}

function maskOf(links: readonly StoredLink[]): number {
  return links.reduce((mask, { evidence }) => mask | evidence, 0);
}

function isOf(path: LinkPath): (link: StoredLink) => boolean {
  return ({ earlier, later, kind }) => path.earlier === earlier && path.later === later && path.kind === kind;
}

/** Only the run's side of the link has the place of the name. */
function pathsOf(
  links: readonly StoredLink[],
  end: 'earlier' | 'later',
  paths: readonly LinkPath[],
): string[] {
  const own = paths.filter((path) => links.some(isOf(path)));
  return [...new Set(own.flatMap((path) => (end === 'earlier' ? path.to_path : path.from_path) ?? []))];
}

async function withOrigins(store: Store, found: readonly Found[]): Promise<UsedData[]> {
  const versions = found.flatMap((one) => one.versions);
  const runs = await runsOfVersions(store, versions, { users: false });
  return found.map(({ item, versions: same }) => ({
    ...item,
    generated_by: mergedRuns(same.map(({ node }) => runs.get(node)!)).generated_by,
  }));
}

function givenOf(links: readonly StoredLink[], { facts, paths }: Known): GivenValue[] {
  return links.flatMap((link) => {
    const giver = facts.get(link.earlier);
    if (!giver) return [];
    const id = printedId(giver);
    const seen = paths
      .filter((path) => isOf(path)(link))
      .map(({ from_path, to_path }) => ({
        ...(from_path !== undefined && { from_path }),
        ...(to_path !== undefined && { to_path }),
      }));
    const { label } = nodeOf(id, [giver], 0);
    return [
      { id, label, evidence: strongestEvidence(link.evidence), ...(seen.length > 0 && { paths: seen }) },
    ];
  });
}
