/**
 * Finds which versions of data a run used and generated, and who wrote what it used if the name alone does not
 * show it. [isolate-safe]
 * @module
 */
import { EVIDENCE } from '../model/link';
import { contentProducers } from './content';
import { type DerivedLink, LinkSet, type Node } from './links';
import { below } from './paths';
import { isLater, type Use, type Worker, type Writing } from './writings';

/** What the store knows about the data that a run used. */
export interface Writers {
  /** True if another run generated this version. */
  isProduced(use: Use): boolean;
  /** Runs that generated the bytes that were used, under any name, at any time. */
  sameContent(use: Use): readonly Writing[];
  /** The runs that wrote the name last before the use; several if they did so at the same time. */
  lastBefore(use: Use): readonly Writing[];
}

/**
 * The links into a run from what it used.
 * @param informed the links into it from runs whose values it received; at their paths these are stronger
 *   evidence than a name
 */
export function usedInto(
  run: Worker,
  uses: readonly Use[],
  writers: Writers,
  informed: readonly DerivedLink[] = [],
): LinkSet {
  const links = new LinkSet();
  for (const use of uses) takeUse(links, run, use, new ConsistentWriters(writers, informed));
  return links;
}

/** Writers of names that do not contradict the known giver of the name. */
class ConsistentWriters {
  readonly writers: Writers;
  readonly #informed: readonly DerivedLink[];

  constructor(writers: Writers, informed: readonly DerivedLink[]) {
    this.writers = writers;
    this.#informed = informed;
  }

  /**
   * The run that wrote the name last before the use. Undefined if other runs are known to have given the name.
   * Otherwise a constant that several runs return could look like a name that all of them wrote.
   */
  last(use: Use): Writing | undefined {
    const last = lastOf(this.writers.lastBefore(use));
    const givers = this.#giversOf(use);
    return givers.size === 0 || (last && givers.size === 1 && givers.has(last.by.node)) ? last : undefined;
  }

  #giversOf({ paths }: Use): Set<Node> {
    const given = (to: string) => paths.some((path) => below(path, to) !== undefined);
    return new Set(
      this.#informed.filter((link) => link.paths.some(({ to }) => given(to))).map(({ earlier }) => earlier),
    );
  }
}

function takeUse(links: LinkSet, run: Worker, use: Use, consistent: ConsistentWriters): void {
  const { writers } = consistent;
  const last = consistent.last(use);
  if (!use.known && last) {
    join(links, run, use, last.version, EVIDENCE.uri | use.evidence);
    return;
  }
  links.add(use.version, run.node, 'used', use.evidence);
  if (!use.known || writers.isProduced(use)) return;
  const { producers, ambiguous } = contentProducers(run, use, writers.sameContent(use));
  const evidence = EVIDENCE[ambiguous ? 'content-ambiguous' : 'content'];
  for (const { version } of producers) join(links, run, use, version, evidence);
  // A known version and an unknown one may be the same; two different known ones are not.
  if (producers.length === 0 && last && !last.known) join(links, run, use, last.version, EVIDENCE.uri);
}

/** Adds a version that the run may have used, at the paths of the use: these have the strongest evidence. */
function join(links: LinkSet, run: Worker, use: Use, version: Node, evidence: number): void {
  const paths = use.paths.map((to) => ({ evidence: evidence & -evidence, from: '', to }));
  links.add(version, run.node, 'used', evidence, paths);
}

/**
 * Among runs that wrote at the same time, the one with the greatest uid, so that the result does not depend on
 * the order of records.
 */
function lastOf(writings: readonly Writing[]): Writing | undefined {
  return writings.reduce<Writing | undefined>(
    (last, one) => (last === undefined || isLater(one, last) ? one : last),
    undefined,
  );
}

/** A version that a run generated. */
export interface Generated {
  version: Node;
  artifact: number;
  /** Bits of `EVIDENCE`. */
  evidence: number;
  /** When it had been written, UNIX seconds. */
  time: number;
  /** True if another run wrote the same name while this one ran. */
  in_doubt: boolean;
}

/** If two runs wrote one name at the same time, these bits of evidence get their ambiguous twins. */
const IN_DOUBT: readonly (readonly [bit: number, twin: number])[] = [
  [EVIDENCE.uri, EVIDENCE['uri-ambiguous']],
  [EVIDENCE.observed, EVIDENCE['observed-ambiguous']],
];

/** The links from a run to what it generated. */
export function generatedBy(run: Worker, generated: readonly Generated[]): LinkSet {
  const links = new LinkSet();
  for (const { version, evidence, in_doubt } of generated)
    links.add(run.node, version, 'generated', in_doubt ? doubted(evidence) : evidence);
  return links;
}

function doubted(evidence: number): number {
  let mask = evidence;
  for (const [bit, twin] of IN_DOUBT) if (mask & bit) mask |= twin;
  return mask;
}
