/**
 * Lineage: what something came from, or what came of it, as nodes and links. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import { isFollowed, LINK_KINDS } from '../../model/link';
import type { LinkSelection, NodeFacts, StoredLink, Walk } from '../../store/interface/lineage-reading';
import type { Store } from '../../store/store';
import type { Answer, Scope } from '../scope';
import { beginningOf } from './beginning';
import { catchUp } from './catch-up';
import type { DataPlace } from './data-reference';
import { type Details, detailsOf } from './details';
import { Graph } from './graph';
import type { Lineage, LineageNode, LineageQuery } from './lineage-answers';
import { linksFollowed } from './links-followed';
import { nodeOf } from './node-words';
import { withParents } from './parents';

/** Links that are not followed, of which those beyond are looked at: producers that fit as well as others. */
const MANY_AMBIGUOUS = 1_000;

/**
 * The lineage of what a word names.
 * @throws (rejects) ProvenanceError NOT_FOUND, also where no path leads between the two; AMBIGUOUS, REFERENCE_INVALID
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

/** Walks up from either, since only one of them is the later. */
async function between(
  scope: Scope,
  query: LineageQuery,
  ends: [number[], number[]],
): Promise<Found | undefined> {
  for (const [later, earlier] of [ends, [ends[1], ends[0]]] as const) {
    const found = await new Question(scope, { ...query, direction: 'up' }).from(later);
    if (await found.keepPathsTo(earlier)) return found;
  }
  return undefined;
}

/** One question, put to a store. */
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
    const { direction = 'up', depth, as_of } = this.#query;
    const walk = await this.#store.lineage.walk({
      from: roots,
      direction,
      selection: this.#selection,
      with_others: true,
      ...(depth !== undefined && { depth }),
      ...(as_of !== undefined && { as_of }),
    });
    const links = walk.links.filter((link) => isFollowed(link.evidence, this.#selection.evidence));
    const doubtful = walk.links.filter((link) => !isFollowed(link.evidence, this.#selection.evidence));
    const others = [...doubtful, ...(direction === 'up' ? await this.#doubtfulProducers(doubtful) : [])];
    const facts = await this.#factsOf(roots, [...links, ...others]);
    const graph = new Graph({ links, others }, facts, { roots, direction, depth });
    return new Found(this.#store, this.#query, walk, graph);
  }

  /** Data of which several runs may have made the content: those runs. */
  async #doubtfulProducers(links: readonly StoredLink[]): Promise<StoredLink[]> {
    const evidence = new Map(links.slice(0, MANY_AMBIGUOUS).map((link) => [link.earlier, link.evidence]));
    const from = [...evidence.keys()].filter((node) => node % 4 === 1);
    if (from.length === 0) return [];
    const selection = { kinds: [LINK_KINDS.generated], evidence: this.#selection.evidence };
    const producers = await this.#store.lineage.walk({ from, direction: 'up', depth: 1, selection });
    return producers.links.map((link) => ({ ...link, evidence: evidence.get(link.later)! }));
  }

  #factsOf(roots: readonly number[], links: readonly StoredLink[]): Promise<NodeFacts[]> {
    const nodes = new Set(roots);
    for (const { earlier, later } of links) nodes.add(earlier).add(later);
    return this.#store.lineage.nodeFacts([...nodes]);
  }
}

/** What was found, and which of it is wanted. */
class Found {
  readonly #store: Store;
  readonly #query: LineageQuery;
  readonly #walk: Walk;
  readonly #graph: Graph;
  #kept: ReadonlySet<string> | undefined;

  constructor(store: Store, query: LineageQuery, walk: Walk, graph: Graph) {
    this.#store = store;
    this.#query = query;
    this.#walk = walk;
    this.#graph = graph;
  }

  /** Keeps what lies on a path to one of these nodes. @returns false where there is no path */
  async keepPathsTo(nodes: readonly number[]): Promise<boolean> {
    const kept = new Set<string>();
    for (const { node } of await this.#store.lineage.nodeFacts(nodes)) {
      const id = this.#graph.idOf(node);
      if (id === undefined || !this.#graph.depths.has(id)) continue;
      for (const one of this.#graph.leadingTo(id)) kept.add(one);
    }
    this.#kept = kept;
    return kept.size > 0;
  }

  async answer(behind: number): Promise<Lineage> {
    const { data = false, parents = false, direction = 'up' } = this.#query;
    const kept = this.#kept;
    const isKept = (id: string) => kept === undefined || kept.has(id);
    const links = this.#graph.links.filter(({ from, to }) => isKept(from) && isKept(to));
    const details = await detailsOf(this.#store, this.#graph, { links, hubs: this.#walk.hubs });
    const nodes = this.#nodes(details, [...this.#graph.depths.keys()].filter(isKept));
    const ambiguous = kept === undefined ? this.#graph.ambiguous : [];
    const answer: Lineage = {
      roots: this.#graph.roots.filter(isKept),
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
    if (data) return onlyData(answer);
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

/** Data from which nothing leads further up, and datasets whoever made them. */
function onlyData({ nodes, links, roots, ...answer }: Lineage): Lineage {
  const made = new Set(links.filter(({ kind }) => kind !== 'used').map(({ to }) => to));
  const wanted = nodes.filter(
    (node) =>
      node.type === 'artifact' &&
      !roots.includes(node.id) &&
      (!made.has(node.id) || node.kind === 'directory' || node.kind === 'collection'),
  );
  return { ...answer, roots, nodes: wanted, links: [], ambiguous: { links: [], nodes: [] } };
}
