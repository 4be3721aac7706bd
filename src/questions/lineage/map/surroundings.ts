/**
 * The surroundings of something in lineage: a number of links upwards and downwards, sides that were opened by
 * hand, and the count of nodes beyond. Up and down are two walks. Other products of its predecessors are only
 * counted, and read on request. Node only.
 * @module
 */
import { isFollowed, LINK_KINDS } from '../../../model/link';
import type { LinkSelection, StoredLink, Walk } from '../../../store/interface/lineage-reading';
import type { Store } from '../../../store/store';
import type { Answer, Scope } from '../../scope';
import { beginningOf } from '../beginning';
import { catchUp } from '../catch-up';
import type { DataPlace } from '../data-reference';
import { firstSeen } from '../graph';
import { linksFollowed } from '../links-followed';
import { Known } from './known';
import type { Count, PlacedNode, Side, Surroundings, SurroundingsQuery } from './map-answers';
import { Places } from './places';
import { nodesOfIds } from './printed-nodes';

/** Limits of one answer. */
export const SURROUNDINGS = {
  /** The most links of one node that are followed. If there are more, they are only counted. */
  links_per_node: 10_000,
  /** The most links beyond a node that are counted. */
  beyond: 1_000,
  /** The most nodes outside the answer whose facts are read. The facts show which versions have one content, so that they count once. */
  beyond_facts: 1_000,
  /** The most nodes that are counted on one side in total. */
  total: 2_000,
} as const;

const SIDES: readonly Side[] = ['up', 'down'];

/**
 * The surroundings of what a reference names.
 * @throws (rejects) ProvenanceError NOT_FOUND, AMBIGUOUS, REFERENCE_INVALID
 */
export async function surroundingsOf(
  scope: Scope,
  word: string,
  query: SurroundingsQuery,
  place: DataPlace,
): Promise<Answer<Surroundings>> {
  const behind = await catchUp(scope);
  const { value: roots, remarks } = await beginningOf(scope, word, place);
  const value = await new Reading(scope.store, query, roots).answer(behind);
  return { value, remarks };
}

/** One reading of a store. */
class Reading {
  readonly #store: Store;
  readonly #query: SurroundingsQuery;
  readonly #roots: readonly number[];
  readonly #selection: LinkSelection;
  readonly #known = new Known();
  #truncated = false;

  constructor(store: Store, query: SurroundingsQuery, roots: readonly number[]) {
    this.#store = store;
    this.#query = query;
    this.#roots = roots;
    this.#selection = linksFollowed(query);
  }

  async answer(behind: number): Promise<Surroundings> {
    for (const side of SIDES) await this.#follow(side);
    await this.#learn(this.#roots);
    const roots = this.#known.idsOf(this.#roots);
    const places = new Places(this.#known.followed(this.#selection.evidence), roots, this.#query);
    const shown = this.#known.nodesOf(places.depths.keys());
    const beyond = { up: await this.#beyond('up', shown), down: await this.#beyond('down', shown) };
    const links = this.#known.between(places.depths, this.#selection.evidence);
    const unknown = await this.#unknownOrigin(places.depths.keys());
    const nodes = [...places.depths].map(([id, depth]): PlacedNode => {
      const more_up = beyond.up.get(id);
      const more_down = beyond.down.get(id);
      const node = this.#known.node(id, depth);
      return {
        ...node,
        ...(node.type === 'artifact' && unknown.has(id) && { origin: 'unknown' }),
        ...(more_up && { more_up }),
        ...(more_down && { more_down }),
      };
    });
    return {
      roots,
      nodes: nodes.sort(byPlace),
      ...links,
      total: { up: await this.#total('up'), down: await this.#total('down') },
      truncated: this.#truncated,
      behind,
    };
  }

  async #follow(side: Side): Promise<void> {
    const { open = [], [side]: depth } = this.#query;
    const opened = open.filter((one) => one.side === side).map(({ id }) => id);
    if (depth > 0) await this.#walk(side, this.#roots, { depth });
    if (opened.length > 0) await this.#walk(side, await nodesOfIds(this.#store, opened), { depth: 1 });
  }

  async #walk(direction: Side, from: readonly number[], bounds: { depth: number; per_node?: number }) {
    const { as_of } = this.#query;
    const selection = this.#selection;
    const time = as_of === undefined ? {} : { as_of };
    const query = { from, direction, selection, with_others: true, ...time, ...bounds };
    const walk = await this.#store.lineage.walk(query);
    this.#truncated ||= walk.truncated || (bounds.per_node === undefined && walk.hubs.length > 0);
    await this.#take(walk);
    return walk;
  }

  async #take({ links }: Walk): Promise<void> {
    const followed = links.filter(({ evidence }) => isFollowed(evidence, this.#selection.evidence));
    this.#known.addLinks(links);
    await this.#learn(followed.flatMap(({ earlier, later }) => [earlier, later]));
  }

  async #learn(nodes: readonly number[]): Promise<void> {
    this.#known.addFacts(await this.#store.lineage.nodeFacts(this.#known.without(nodes)));
  }

  /** Counts the neighbours that are not shown, by id of the shown node. Adds the links between shown nodes. */
  async #beyond(direction: Side, shown: readonly number[]): Promise<Map<string, Count>> {
    const per_node = SURROUNDINGS.beyond;
    const { as_of } = this.#query;
    const { links, hubs } = await this.#store.lineage.walk({
      from: shown,
      direction,
      depth: 1,
      selection: this.#selection,
      with_others: true,
      per_node,
      ...(as_of !== undefined && { as_of }),
    });
    this.#known.addLinks(links);
    const far = ({ earlier, later }: StoredLink) => (direction === 'up' ? earlier : later);
    const unread = this.#known.without(links.map(far));
    if (unread.length <= SURROUNDINGS.beyond_facts)
      this.#known.addFacts(await this.#store.lineage.nodeFacts(unread));
    const followed = links.filter(({ evidence }) => isFollowed(evidence, this.#selection.evidence));
    return this.#known.beyond(followed, { direction, shown, hubs: new Set(hubs.map(({ node }) => node)) });
  }

  async #total(direction: Side): Promise<Count> {
    const { as_of } = this.#query;
    const query = { from: this.#roots, direction, selection: this.#selection };
    const limit = SURROUNDINGS.total + this.#roots.length;
    const reached = await this.#store.lineage.reach(
      { ...query, ...(as_of !== undefined && { as_of }) },
      limit,
    );
    const count = Math.max(0, reached.length - this.#roots.length);
    return { count, ...(reached.length >= limit && { at_least: true }) };
  }

  /**
   * Data that no recorded run has generated, not even ambiguously. Reads nothing if all links upwards were
   * read.
   */
  async #unknownOrigin(ids: Iterable<string>): Promise<Set<string>> {
    const first = new Map<number, string>();
    for (const id of ids) for (const { node } of firstSeen(this.#known.facts(id))) first.set(node, id);
    const unknown = new Set(first.values());
    for (const later of await this.#made([...first.keys()])) unknown.delete(first.get(later) ?? '');
    return unknown;
  }

  async #made(from: readonly number[]): Promise<number[]> {
    const kinds = [LINK_KINDS.generated, LINK_KINDS.derived] as const;
    if (this.#query.kinds === undefined && this.#query.as_of === undefined) return this.#known.ledTo(kinds);
    if (from.length === 0) return [];
    const selection = { kinds, evidence: ~0 };
    const { links } = await this.#store.lineage.walk({
      from,
      direction: 'up',
      depth: 1,
      selection,
      per_node: 1,
    });
    return links.map(({ later }) => later);
  }
}

function byPlace(a: PlacedNode, b: PlacedNode): number {
  return a.depth - b.depth || (a.time ?? 0) - (b.time ?? 0) || (a.id < b.id ? -1 : 1);
}
