/**
 * Derived links: the evidence of each is combined, with the places where its ends were seen. [isolate-safe]
 * @module
 */
import { EVIDENCE, LINK_KINDS, type LinkKind } from '../model/link';

/** A number that a store gives to a run, a version or an execution. */
export type Node = number;

/** The places of one value at both ends of a link; '' for an end that has no path. */
export interface SeenPath {
  /** One bit of `EVIDENCE`. */
  evidence: number;
  from: string;
  to: string;
}

/** A link derived from facts. */
export interface DerivedLink {
  earlier: Node;
  later: Node;
  /** Number of `LINK_KINDS`. */
  kind: number;
  /** Bits of `EVIDENCE`. */
  evidence: number;
  paths: SeenPath[];
}

/** The most paths that one link keeps. Further ones are dropped. */
export const MAX_LINK_PATHS = 100;

/**
 * Bits of evidence that have a twin for doubtful evidence, each with its twin. Each value
 * sets the bit or its twin. If one value sets the bit, the whole link is certain, and the twin is removed.
 */
const TWIN_OF = new Map<number, number>([
  [EVIDENCE.content, EVIDENCE['content-ambiguous']],
  [EVIDENCE.value, EVIDENCE['value-ambiguous']],
]);

/** Links by their ends and kind. The evidence of one link adds up, in any order. */
export class LinkSet {
  readonly #links = new Map<string, DerivedLink>();

  /** Adds evidence, and the paths at which it was seen. A link from a node to itself is ignored. */
  add(earlier: Node, later: Node, kind: LinkKind, evidence: number, paths: readonly SeenPath[] = []): void {
    if (earlier === later) return;
    const number = LINK_KINDS[kind];
    const key = `${earlier} ${later} ${number}`;
    const link = this.#links.get(key) ?? { earlier, later, kind: number, evidence: 0, paths: [] };
    this.#links.set(key, link);
    link.evidence |= evidence;
    link.paths.push(...paths);
  }

  /** Adds the links of another set. */
  include(others: LinkSet): void {
    for (const [key, { evidence, paths, ...ends }] of others.#links) {
      const link = this.#links.get(key) ?? { ...ends, evidence: 0, paths: [] };
      this.#links.set(key, link);
      link.evidence |= evidence;
      link.paths.push(...paths);
    }
  }

  /** All links, sorted by their ends. */
  all(): DerivedLink[] {
    return [...this.#links.values()].map(finished).sort(byEnds);
  }
}

function finished({ paths, evidence, ...ends }: DerivedLink): DerivedLink {
  const distinct = new Map(paths.map((path) => [`${path.evidence}\n${path.from}\n${path.to}`, path]));
  const sorted = [...distinct.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  return { ...ends, evidence: withoutDoubt(evidence), paths: sorted.slice(0, MAX_LINK_PATHS) };
}

/** Removes a twin from the evidence of a link if a value of the link has the bit without the twin. */
function withoutDoubt(evidence: number): number {
  let mask = evidence;
  for (const [bit, twin] of TWIN_OF) if (mask & bit) mask &= ~twin;
  return mask;
}

function byEnds(a: DerivedLink, b: DerivedLink): number {
  return a.later - b.later || a.kind - b.kind || a.earlier - b.earlier;
}
