/**
 * Finds the runs whose values a run received. The source is the report of the sandbox that scheduled the run. A
 * value that an execution or an update returned is traced to the runs inside it. [isolate-safe]
 * @module
 */
import type { Origin } from '../model/data';
import type { Predecessor } from '../model/documents';
import { EVIDENCE } from '../model/link';
import { LinkSet, type Node, type SeenPath } from './links';
import { composed } from './paths';

/** The producer of a value: an activity, an update, or the execution itself if both ids are ''. */
export interface Giver {
  run_id: string;
  activity_id: string;
  update_id: string;
}

/** A link that waits until its producer is known. */
export interface Wanted extends Giver {
  later: Node;
  /** Bits of `EVIDENCE`. */
  evidence: number;
  paths: SeenPath[];
}

/** What is known about executions and activities when links are derived. */
export interface Givers {
  /** The run of that activity that completed; undefined while there is none. */
  completed(run_id: string, activity_id: string): Node | undefined;
  /** The origins of the parts of the value; undefined while they are not reported. */
  origins(giver: Giver): readonly Origin[] | undefined;
  /** The execution itself, if it ended and nothing inside it was captured. It represents what it returned. */
  uncaptured(run_id: string): Node | undefined;
}

/** Links into a run from what it received, and the links that wait. */
export interface Informed {
  links: LinkSet;
  wanted: Wanted[];
}

/**
 * The links into `later` from its predecessors.
 * @param arguments_ origins of the arguments of `later` that did not fit into its header; they add paths
 */
export function informedInto(
  later: Node,
  predecessors: readonly Predecessor[],
  arguments_: readonly Origin[],
  givers: Givers,
): Informed {
  const informed = new Into(later, givers);
  for (const predecessor of predecessors) informed.take(predecessor);
  for (const origin of arguments_) informed.activity(origin, seen(origin.evidence, origin.from, origin.path));
  return { links: informed.links, wanted: informed.wanted() };
}

class Into {
  readonly links = new LinkSet();
  readonly #wanted = new Map<string, Wanted>();
  readonly #later: Node;
  readonly #givers: Givers;

  constructor(later: Node, givers: Givers) {
    this.#later = later;
    this.#givers = givers;
  }

  wanted(): Wanted[] {
    return [...this.#wanted.values()];
  }

  take(predecessor: Predecessor): void {
    const { run_id, activity_id, evidence } = predecessor;
    const paths = (predecessor.paths ?? []).map(([from, to]) => seen(evidence, from, to));
    if (activity_id === undefined) this.#throughExecution(predecessor, paths);
    else this.#link({ run_id, activity_id, update_id: '' }, EVIDENCE[evidence], paths);
  }

  /** Adds one value of an activity. */
  activity({ run_id, activity_id, evidence }: Origin, path: SeenPath): void {
    this.#link({ run_id, activity_id, update_id: '' }, EVIDENCE[evidence], [path]);
  }

  #throughExecution(predecessor: Predecessor, paths: SeenPath[]): void {
    const { run_id, update_id = '', evidence } = predecessor;
    const giver = { run_id, activity_id: '', update_id };
    const origins = this.#givers.origins(giver);
    if (origins) {
      for (const origin of origins) this.#through(origin, predecessor);
      return;
    }
    const execution = this.#givers.uncaptured(run_id);
    if (execution !== undefined)
      this.links.add(execution, this.#later, 'informed', EVIDENCE[evidence], paths);
    // The execution is linked for now; its origins may still arrive.
    this.#want(giver, EVIDENCE[evidence], paths);
  }

  /** Two steps together have the weaker evidence of the two. */
  #through(origin: Origin, { evidence, paths }: Predecessor): void {
    const { run_id, activity_id } = origin;
    const giver = { run_id, activity_id, update_id: '' };
    const weaker = EVIDENCE[evidence] > EVIDENCE[origin.evidence] ? evidence : origin.evidence;
    const pairs = (paths ?? [])
      .map((pair) => composed([origin.from, origin.path], pair))
      .filter((pair) => pair !== undefined);
    if (paths?.length && pairs.length === 0) return;
    const through = pairs.map(([from, to]) => seen(weaker, from, to));
    this.#link(giver, EVIDENCE[weaker], through);
  }

  #link(giver: Giver, evidence: number, paths: SeenPath[]): void {
    const run = this.#givers.completed(giver.run_id, giver.activity_id);
    if (run === undefined) this.#want(giver, evidence, paths);
    else this.links.add(run, this.#later, 'informed', evidence, paths);
  }

  #want(giver: Giver, evidence: number, paths: readonly SeenPath[]): void {
    const key = `${giver.run_id}\n${giver.activity_id}\n${giver.update_id}`;
    const wanted = this.#wanted.get(key) ?? { ...giver, later: this.#later, evidence: 0, paths: [] };
    this.#wanted.set(key, wanted);
    wanted.evidence |= evidence;
    wanted.paths.push(...paths);
  }
}

function seen(evidence: Predecessor['evidence'], from: string, to: string): SeenPath {
  return { evidence: EVIDENCE[evidence], from, to };
}
