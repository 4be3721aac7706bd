/**
 * Lineage: what something was produced from, or what was produced from it, as nodes and links. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import { isFollowed, LINK_KINDS } from '../../model/link';
import type { LinkSelection, NodeFacts, StoredLink, Walk } from '../../store/interface/lineage-reading';
import { namedBy } from '../../store/link-nodes';
import type { Store } from '../../store/store';
import type { Answer, Scope } from '../scope';
import { beginningOf } from './beginning';
import { catchUp } from './catch-up';
import type { DataPlace } from './data-reference';
import { type Details, detailsOf } from './details';
import { firstMadeOf, Graph, unmadeOf } from './graph';
import type { Lineage, LineageNode, LineageQuery } from './lineage-answers';
import { linksFollowed } from './links-followed';
import { nodeOf } from './node-words';
import { withParents } from './parents';

/** The most ambiguous links whose far nodes are read. Such links are shown, but not followed. */
const MANY_AMBIGUOUS = 1_000;

/**
 * The lineage of what a reference names.
 * @throws (rejects) ProvenanceError NOT_FOUND, also if no path leads between the two; AMBIGUOUS,
 *   REFERENCE_INVALID
 */
export async function lineageOf(
  scope: Scope,
  word: string,
  query: LineageQuery,
  place: DataPlace,
): Promise<Answer<Lineage>> {
  const behind = await catchUp(scope);
  const { value: roots, remarks } = await beginningOf(scope, word, place);
  if (query.to === undefined) {
    const found = await new Question(scope, query).from(roots);
    return { value: await found.answer(behind), remarks };
  }
  const end = await beginningOf(scope, String(query.to), place);
  const found = await between(scope, query, [roots, end.value]);
  if (found) return { value: await found.answer(behind), remarks: [...remarks, ...end.remarks] };
  throw new ProvenanceError('NOT_FOUND', `No path is recorded between '${word}' and '${String(query.to)}'.`);
}

/** Walks up from each of the two, since only one of them is the later. */
async function between(
  scope: Scope,
  query: LineageQuery,
  ends: [number[], number[]],
): Promise<Found | undefined> {
  for (const [later, earlier] of [ends, [ends[1], ends[0]]] as const) {
    const found = await new Question(scope, { ...query, direction: 'up' }).between(later, earlier);
    if (found) return found;
  }
  return undefined;
}

/** One query of a store. */
class Question {
  readonly #store: Store;
  readonly #query: LineageQuery;
  readonly #selection: LinkSelection;

  constructor({ store }: Scope, query: LineageQuery) {
    this.#store = store;
    this.#query = query;
    this.#selection = linksFollowed(query);
  }

  async from(roots: readonly number[]): Promise<Found> {
    const { direction = 'up', depth } = this.#query;
    const walk = await this.#walk(roots, { with_others: true });
    const links = walk.links.filter((link) => isFollowed(link.evidence, this.#selection.evidence));
    const doubtful = walk.links.filter((link) => !isFollowed(link.evidence, this.#selection.evidence));
    const others = [...doubtful, ...(direction === 'up' ? await this.#doubtfulProducers(doubtful) : [])];
    const facts = await this.#factsOf(roots, [...links, ...others]);
    const graph = new Graph({ links, others }, facts, { roots, direction, depth });
    return new Found(this.#store, this.#query, walk, graph);
  }

  /** Only the nodes on a path from the roots to an end; undefined if there is no path. */
  async between(roots: readonly number[], ends: readonly number[]): Promise<Found | undefined> {
    const walk = await this.#walk(roots, { with_others: false });
    const { leading, links } = waysTo(ends, walk.links);
    const reached = roots.filter((node) => leading.has(node));
    if (reached.length === 0) return undefined;
    const facts = await this.#factsOf(reached, links);
    const { depth } = this.#query;
    const graph = new Graph({ links, others: [] }, facts, { roots: reached, direction: 'up', depth });
    return new Found(this.#store, this.#query, walk, graph);
  }

  #walk(roots: readonly number[], { with_others }: { with_others: boolean }): Promise<Walk> {
    const { direction = 'up', depth, as_of } = this.#query;
    return this.#store.lineage.walk({
      from: roots,
      direction,
      selection: this.#selection,
      with_others,
      ...(depth !== undefined && { depth }),
      ...(as_of !== undefined && { as_of }),
    });
  }

  /** Runs that may have generated the content of data, if there are several candidates. */
  async #doubtfulProducers(links: readonly StoredLink[]): Promise<StoredLink[]> {
    const evidence = new Map(links.slice(0, MANY_AMBIGUOUS).map((link) => [link.earlier, link.evidence]));
    const from = [...evidence.keys()].filter((node) => node % 4 === 1);
    if (from.length === 0) return [];
    const selection = { kinds: [LINK_KINDS.generated], evidence: this.#selection.evidence };
    const producers = await this.#store.lineage.walk({ from, direction: 'up', depth: 1, selection });
    return producers.links.map((link) => ({ ...link, evidence: evidence.get(link.later)! }));
  }

  /** If only data are wanted, the facts of runs are not read: the walk only passes through them. */
  async #factsOf(roots: readonly number[], links: readonly StoredLink[]): Promise<NodeFacts[]> {
    const nodes = new Set<number>();
    for (const { earlier, later } of links) nodes.add(earlier).add(later);
    for (const node of roots) nodes.delete(node);
    const isRead = (node: number) => !this.#query.data || namedBy(node).type === 'version';
    const [read, passed] = [[...nodes].filter(isRead), [...nodes].filter((node) => !isRead(node))];
    const facts = await this.#store.lineage.nodeFacts([...roots, ...read]);
    return [...facts, ...passed.map((node): NodeFacts => ({ type: 'gone', node, uid: '' }))];
  }
}

/** What was found, and which part of it is wanted. */
class Found {
  readonly #store: Store;
  readonly #query: LineageQuery;
  readonly #walk: Walk;
  readonly #graph: Graph;

  constructor(store: Store, query: LineageQuery, walk: Walk, graph: Graph) {
    this.#store = store;
    this.#query = query;
    this.#walk = walk;
    this.#graph = graph;
  }

  async answer(behind: number): Promise<Lineage> {
    const { data = false, parents = false, direction = 'up' } = this.#query;
    const { links, ambiguous, roots, depths } = this.#graph;
    const details = await detailsOf(this.#store, this.#graph, { hubs: this.#walk.hubs, of_data: data });
    const nodes = this.#nodes(details, [...depths.keys()]);
    const answer: Lineage = {
      roots,
      direction,
      nodes,
      links: links.map((link) => details.printed(link)),
      ambiguous: {
        links: ambiguous.map((link) => details.printed(link)),
        nodes: this.#nodes(details, this.#beyond(ambiguous)),
      },
      truncated: this.#walk.truncated,
      behind,
    };
    if (data) return onlyData(answer, new Set([...unmadeOf(this.#graph), ...firstMadeOf(this.#graph)]));
    return parents ? withParents(this.#store, answer) : answer;
  }

  #nodes(details: Details, ids: readonly string[]): LineageNode[] {
    const { facts, depths } = this.#graph;
    const nodes = ids.map((id) => details.completed(nodeOf(id, facts.get(id)!, depths.get(id) ?? 0)));
    return nodes.sort((a, b) => a.depth - b.depth || (a.time ?? 0) - (b.time ?? 0) || (a.id < b.id ? -1 : 1));
  }

  #beyond(links: Graph['ambiguous']): string[] {
    const ids = new Set(links.flatMap(({ from, to }) => [from, to]));
    return [...ids].filter((id) => !this.#graph.depths.has(id));
  }
}

/** The nodes on paths to the ends of an upward walk, including the ends, and the links between them. */
function waysTo(
  ends: readonly number[],
  links: readonly StoredLink[],
): { leading: Set<number>; links: StoredLink[] } {
  const onwards = new Map<number, number[]>();
  for (const { earlier, later } of links) {
    const known = onwards.get(earlier);
    if (known) known.push(later);
    else onwards.set(earlier, [later]);
  }
  const leading = new Set(ends);
  for (const node of leading) for (const later of onwards.get(node) ?? []) leading.add(later);
  return { leading, links: links.filter(({ earlier, later }) => leading.has(earlier) && leading.has(later)) };
}

/** Data at the origin, and datasets with any producer. */
function onlyData({ nodes, roots, ...answer }: Lineage, beginnings: ReadonlySet<string>): Lineage {
  const wanted = nodes.filter(
    (node) =>
      node.type === 'artifact' &&
      !roots.includes(node.id) &&
      (beginnings.has(node.id) || node.kind === 'directory' || node.kind === 'collection'),
  );
  return { ...answer, roots, nodes: wanted, links: [], ambiguous: { links: [], nodes: [] } };
}
