/**
 * What was read for one answer: stored nodes under their printed ids, and links between them. Node only.
 * @module
 */
import { isFollowed } from '../../../model/link';
import type { NodeFacts, StoredLink } from '../../../store/interface/lineage-reading';
import { type GraphLink, mergedLinks } from '../graph';
import type { LineageLink, LineageNode } from '../lineage-answers';
import { nodeOf, printedId } from '../node-words';
import type { Count, Side } from './map-answers';

/** What was read. */
export class Known {
  readonly #ids = new Map<number, string>();
  readonly #facts = new Map<string, NodeFacts[]>();
  readonly #links = new Map<string, StoredLink>();

  addFacts(facts: readonly NodeFacts[]): void {
    for (const one of facts) {
      if (this.#ids.has(one.node)) continue;
      const id = printedId(one);
      this.#ids.set(one.node, id);
      const same = this.#facts.get(id);
      if (same) same.push(one);
      else this.#facts.set(id, [one]);
    }
  }

  addLinks(links: readonly StoredLink[]): void {
    for (const link of links) this.#links.set(`${link.earlier} ${link.later} ${link.kind}`, link);
  }

  /** Nodes whose facts are not known, each once. */
  without(nodes: readonly number[]): number[] {
    return [...new Set(nodes)].filter((node) => !this.#ids.has(node));
  }

  idsOf(nodes: readonly number[]): string[] {
    return [...new Set(nodes.flatMap((node) => this.#ids.get(node) ?? []))];
  }

  /** All stored nodes that are printed under one of these ids. */
  nodesOf(ids: Iterable<string>): number[] {
    return [...ids].flatMap((id) => this.facts(id).map(({ node }) => node));
  }

  facts(id: string): readonly NodeFacts[] {
    return this.#facts.get(id) ?? [];
  }

  node(id: string, depth: number): LineageNode {
    return nodeOf(id, this.facts(id), depth);
  }

  /** Nodes at the later end of a link of one of the kinds, with any evidence. */
  ledTo(kinds: readonly number[]): number[] {
    return [...this.#links.values()].flatMap(({ kind, later }) => (kinds.includes(kind) ? [later] : []));
  }

  /** Links with wanted evidence, between printed nodes. */
  followed(wanted: number): GraphLink[] {
    const links = [...this.#links.values()].filter(({ evidence }) => isFollowed(evidence, wanted));
    return [...mergedLinks(links, this.#ids).values()];
  }

  /** Links between shown nodes: those that are followed, and those with only ambiguous evidence. */
  between(
    shown: ReadonlyMap<string, number>,
    wanted: number,
  ): { links: LineageLink[]; ambiguous: LineageLink[] } {
    const isBetween = ({ from, to }: GraphLink) => shown.has(from) && shown.has(to);
    const followed = this.followed(wanted).filter(isBetween);
    const keys = new Set(followed.map(keyOf));
    const others = [...this.#links.values()].filter(({ evidence }) => !isFollowed(evidence, wanted));
    const ambiguous = [...mergedLinks(others, this.#ids).values()].filter(
      (link) => isBetween(link) && !keys.has(keyOf(link)),
    );
    return { links: followed.map(printed), ambiguous: ambiguous.map(printed) };
  }

  /** The number of nodes beyond each shown one, by its id. `hubs`: nodes with more links than were read. */
  beyond(
    links: readonly StoredLink[],
    given: { direction: Side; shown: readonly number[]; hubs: ReadonlySet<number> },
  ): Map<string, Count> {
    const shown = new Set(this.idsOf(given.shown));
    const far = new Map<string, Set<string>>();
    const bounded = new Set<string>();
    for (const { earlier, later } of links) {
      const [near, beyond] = given.direction === 'up' ? [later, earlier] : [earlier, later];
      const id = this.#ids.get(near)!;
      if (given.hubs.has(near)) bounded.add(id);
      const name = this.#ids.get(beyond) ?? String(beyond);
      if (shown.has(name)) continue;
      const known = far.get(id);
      if (known) known.add(name);
      else far.set(id, new Set([name]));
    }
    return new Map(
      [...far].map(([id, names]) => [
        id,
        { count: names.size, ...(bounded.has(id) && { at_least: true as const }) },
      ]),
    );
  }
}

function keyOf({ from, to, kind }: GraphLink): string {
  return `${from}\n${to}\n${kind}`;
}

function printed({ stored: _stored, ...link }: GraphLink): LineageLink {
  return link;
}
