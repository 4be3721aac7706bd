/**
 * The links behind one line of a drawing, with all evidence and the places of their values. Node only.
 * @module
 */
import { certainEvidence, EVIDENCE, type Evidence, LINK_KINDS, type LinkKind } from '../../../model/link';
import type { LinkPath, StoredLink } from '../../../store/interface/lineage-reading';
import type { Store } from '../../../store/store';
import type { LineageLink, LineageNode } from '../lineage-answers';
import { kindOf } from '../links-followed';
import { printedId } from '../node-words';
import { nodesOfIds } from './printed-nodes';

/** The most links that are listed for one line. */
const MOST_LINKS = 20;
/** The most paths that are listed for one link. */
const MOST_PATHS = 20;
/** The most links of one node that are read. */
const LINKS_READ = 10_000;

/** A link with all its details. */
export interface LinkDetail {
  /** Id and label of the earlier side. */
  from: { id: string; label: string };
  to: { id: string; label: string };
  kind: LinkKind;
  /** All its evidence, the strongest first. */
  evidence: Evidence[];
  /** The value's place in its producer's result, and in the receiver's arguments. */
  paths: { from_path?: string; to_path?: string }[];
}

/** Details of links; if there are many, of the first ones. */
export async function linkDetails(
  store: Store,
  links: readonly LineageLink[],
  nodes: ReadonlyMap<string, LineageNode>,
): Promise<LinkDetail[]> {
  const wanted = links.slice(0, MOST_LINKS);
  const stored = await storedLinks(store, wanted);
  const paths = await store.lineage.linkPaths(stored.flatMap(({ links: same }) => same));
  const named = (id: string) => ({ id, label: nodes.get(id)?.label ?? id });
  return stored.map(({ from, to, links: same }) => ({
    from: named(from),
    to: named(to),
    kind: kindOf(same[0]!.kind),
    evidence: evidenceOf(same),
    paths: pathsOf(same, paths),
  }));
}

interface Stored {
  from: string;
  to: string;
  links: StoredLink[];
}

async function storedLinks(store: Store, wanted: readonly LineageLink[]): Promise<Stored[]> {
  const ids = [...new Set(wanted.flatMap(({ from, to }) => [from, to]))];
  const nodes = await nodesOfIds(store, ids);
  const facts = await store.lineage.nodeFacts(nodes);
  const printed = new Map(facts.map((one) => [one.node, printedId(one)]));
  const laters = new Set(wanted.map(({ to }) => to));
  const { links } = await store.lineage.walk({
    from: nodes.filter((node) => laters.has(printed.get(node) ?? '')),
    direction: 'up',
    depth: 1,
    selection: { kinds: Object.values(LINK_KINDS), evidence: ~0 },
    per_node: LINKS_READ,
  });
  const found = new Map<string, Stored>(
    wanted.map(({ from, to, kind }) => [`${from}\n${to}\n${LINK_KINDS[kind]}`, { from, to, links: [] }]),
  );
  for (const link of links)
    found.get(`${printed.get(link.earlier)}\n${printed.get(link.later)}\n${link.kind}`)?.links.push(link);
  return [...found.values()].filter((one) => one.links.length > 0);
}

function evidenceOf(links: readonly StoredLink[]): Evidence[] {
  const mask = links.reduce((all, { evidence }) => all | evidence, 0);
  const certain = links.reduce((all, { evidence }) => all | certainEvidence(evidence), 0);
  return (Object.entries(EVIDENCE) as [Evidence, number][])
    .filter(([name, bit]) => (name.endsWith('-ambiguous') ? mask & bit : certain & bit))
    .map(([name]) => name);
}

function pathsOf(links: readonly StoredLink[], paths: readonly LinkPath[]): LinkDetail['paths'] {
  const isOf = (path: LinkPath) =>
    links.some(
      ({ earlier, later, kind }) => path.earlier === earlier && path.later === later && path.kind === kind,
    );
  const own = paths.filter(isOf).map(({ from_path, to_path }) => ({
    ...(from_path !== undefined && { from_path }),
    ...(to_path !== undefined && { to_path }),
  }));
  return [...new Map(own.map((path) => [JSON.stringify(path), path])).values()].slice(0, MOST_PATHS);
}
