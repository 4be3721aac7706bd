/**
 * The printed graph: stored nodes under their ids, links between ids, and the distance of each node from the
 * roots. Versions of one content are one node, so two stored links may become one. Node only.
 * @module
 */
import { certainEvidence, strongestEvidence } from '../../model/link';
import type { NodeFacts, StoredLink, VersionFacts } from '../../store/interface/lineage-reading';
import type { LineageLink } from './lineage-answers';
import { kindOf } from './links-followed';
import { printedId } from './node-words';

/** A link between printed nodes, and the stored links behind it. */
export interface GraphLink extends LineageLink {
  stored: StoredLink[];
}

/** The roots of a walk, its direction, and the links that it follows. */
export interface Beginning {
  roots: readonly number[];
  direction: 'up' | 'down';
  depth?: number;
}

/** What a walk found, by printed ids. */
export class Graph {
  /** The facts behind each printed node. */
  readonly facts = new Map<string, NodeFacts[]>();
  /** Links between a node and the roots. */
  readonly depths = new Map<string, number>();
  readonly links: GraphLink[];
  /** Links from reached nodes whose evidence is not followed. */
  readonly ambiguous: GraphLink[];
  readonly roots: string[];
  readonly #ids = new Map<number, string>();
  readonly #beginning: Beginning;
  readonly #ways = new Map<string, Set<string>>();

  /** @param links the followed links; `others` are the rest */
  constructor(
    { links, others }: { links: readonly StoredLink[]; others: readonly StoredLink[] },
    facts: readonly NodeFacts[],
    beginning: Beginning,
  ) {
    this.#beginning = beginning;
    for (const one of facts) this.#name(one);
    const followed = mergedLinks(links, this.#ids);
    for (const link of followed.values()) this.#addWay(link);
    this.roots = [...new Set(beginning.roots.flatMap((node) => this.#ids.get(node) ?? []))];
    this.#measure();
    const isReached = ({ from, to }: GraphLink) => this.depths.has(from) && this.depths.has(to);
    this.links = [...followed.values()].filter(isReached);
    this.ambiguous = [...mergedLinks(others, this.#ids)]
      .filter(([key, link]) => !followed.has(key) && this.depths.has(this.nearOf(link)))
      .map(([, link]) => link);
  }

  /** The printed id of a stored node. */
  idOf(node: number): string | undefined {
    return this.#ids.get(node);
  }

  #name(facts: NodeFacts): void {
    const id = printedId(facts);
    this.#ids.set(facts.node, id);
    const same = this.facts.get(id);
    if (same) same.push(facts);
    else this.facts.set(id, [facts]);
  }

  /** The end of a link that is nearer to the roots, in the direction of the walk. */
  nearOf({ from, to }: Pick<LineageLink, 'from' | 'to'>): string {
    return this.#beginning.direction === 'up' ? to : from;
  }

  #addWay({ from, to }: GraphLink): void {
    const near = this.nearOf({ from, to });
    const far = near === from ? to : from;
    const known = this.#ways.get(near);
    if (known) known.add(far);
    else this.#ways.set(near, new Set([far]));
  }

  #measure(): void {
    const { depth: deepest = Number.POSITIVE_INFINITY } = this.#beginning;
    let level: string[] = this.roots;
    for (const id of level) this.depths.set(id, 0);
    for (let depth = 1; level.length > 0 && depth <= deepest; depth++) {
      const next: string[] = [];
      for (const id of level)
        for (const far of this.#ways.get(id) ?? [])
          if (!this.depths.has(far)) {
            this.depths.set(far, depth);
            next.push(far);
          }
      level = next;
    }
  }
}

/** Links between printed nodes, by both ends and kind. Links to a node without an id are left out. */
export function mergedLinks(
  links: readonly StoredLink[],
  ids: ReadonlyMap<number, string>,
): Map<string, GraphLink> {
  const merged = new Map<string, GraphLink>();
  for (const link of links) {
    const [from, to] = [ids.get(link.earlier), ids.get(link.later)];
    if (from === undefined || to === undefined || from === to) continue;
    const key = `${from}\n${to}\n${link.kind}`;
    const known = merged.get(key);
    if (known) known.stored.push(link);
    else merged.set(key, { from, to, kind: kindOf(link.kind), evidence: 'declared', stored: [link] });
  }
  for (const link of merged.values()) link.evidence = strongestOf(link.stored);
  return merged;
}

/**
 * Data, by printed id, that existed before a recorded run generated it. Of several versions of one content only
 * the first seen counts. So a later copy does not count as the origin, and a copy of generated data counts as
 * generated.
 */
export function unmadeOf({ facts, links, ambiguous }: Graph): Set<string> {
  const made = new Set(
    [...links, ...ambiguous].flatMap(({ kind, stored }) =>
      kind === 'used' ? [] : stored.map(({ later }) => later),
    ),
  );
  const unmade = new Set<string>();
  for (const [id, all] of facts) {
    const first = firstSeen(all);
    if (first.length > 0 && !first.some(({ node }) => made.has(node))) unmade.add(id);
  }
  return unmade;
}

/**
 * Data, by printed id, at which the record begins. Every run that generated it received nothing recorded
 * itself: it reads an instrument, or downloads. Of several versions of one content only the first seen counts.
 */
export function firstMadeOf({ facts, links }: Graph): Set<string> {
  const given = new Set(links.flatMap(({ stored }) => stored.map(({ later }) => later)));
  const makers = new Map<number, number[]>();
  for (const { kind, stored } of links) {
    if (kind !== 'generated') continue;
    for (const { earlier, later } of stored) makers.set(later, [...(makers.get(later) ?? []), earlier]);
  }
  const firstMade = new Set<string>();
  for (const [id, all] of facts) {
    const made = firstSeen(all).flatMap(({ node }) => makers.get(node) ?? []);
    if (made.length > 0 && !made.some((maker) => given.has(maker))) firstMade.add(id);
  }
  return firstMade;
}

/** The versions that were seen first, among those with one printed id; empty if it is not data. */
export function firstSeen(facts: readonly NodeFacts[]): VersionFacts[] {
  const versions = facts.filter((one) => one.type === 'version');
  const first = Math.min(...versions.map(({ first_time }) => first_time));
  return versions.filter(({ first_time }) => first_time === first);
}

/** The strongest evidence of the stored links. Evidence that is not ambiguous comes first. */
function strongestOf(stored: readonly StoredLink[]): LineageLink['evidence'] {
  const certain = stored.reduce((mask, { evidence }) => mask | certainEvidence(evidence), 0);
  return strongestEvidence(certain || stored.reduce((mask, { evidence }) => mask | evidence, 0));
}
