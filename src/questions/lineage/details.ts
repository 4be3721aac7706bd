/**
 * Reads details of many nodes and links at a time: the code of runs, decisions about their executions, the
 * origin of data, and the places of values. Node only.
 * @module
 */

import type { Decision } from '../../model/decision';
import { LINK_KINDS } from '../../model/link';
import type { Hub } from '../../store/interface/lineage-reading';
import type { Store } from '../../store/store';
import { codeOf } from './code';
import { firstSeen, type Graph, type GraphLink, unmadeOf } from './graph';
import type { LineageCode, LineageDecision, LineageLink, LineageNode, LineageRun } from './lineage-answers';

/** The most decisions of one node. */
const MANY_DECISIONS = 20;
/** The most executions whose decisions are read. */
const MANY_EXECUTIONS = 2_000;

/** Details of an answer. */
export class Details {
  readonly #code: ReadonlyMap<string, LineageCode>;
  readonly #decisions: ReadonlyMap<string, readonly Decision[]>;
  readonly #unknown: ReadonlySet<string>;
  readonly #counted: ReadonlyMap<string, number>;
  readonly #ambiguous: ReadonlyMap<string, number>;
  readonly #paths: ReadonlyMap<string, { from_path?: string; to_path?: string }>;

  constructor(parts: {
    code: ReadonlyMap<string, LineageCode>;
    decisions: ReadonlyMap<string, readonly Decision[]>;
    unknown: ReadonlySet<string>;
    counted: ReadonlyMap<string, number>;
    ambiguous: ReadonlyMap<string, number>;
    paths: ReadonlyMap<string, { from_path?: string; to_path?: string }>;
  }) {
    this.#code = parts.code;
    this.#decisions = parts.decisions;
    this.#unknown = parts.unknown;
    this.#counted = parts.counted;
    this.#ambiguous = parts.ambiguous;
    this.#paths = parts.paths;
  }

  /** The node with all its details. */
  completed(node: LineageNode): LineageNode {
    const links_counted = this.#counted.get(node.id);
    const ambiguous = this.#ambiguous.get(node.id);
    const more = {
      ...(links_counted !== undefined && { links_counted }),
      ...(ambiguous !== undefined && { ambiguous }),
    };
    if (node.type === 'artifact')
      return { ...node, ...more, ...(this.#unknown.has(node.id) && { origin: 'unknown' }) };
    return node.type === 'run' ? { ...node, ...more, ...this.#ofRun(node) } : { ...node, ...more };
  }

  /** The link in its printed form. */
  printed({ stored, ...link }: GraphLink): LineageLink {
    const paths = stored.map((one) => this.#paths.get(keyOf(one))).find((one) => one !== undefined);
    return { ...link, ...paths };
  }

  #ofRun({ code, run_id = '', time = 0 }: LineageRun): Partial<LineageRun> {
    const before = (this.#decisions.get(run_id) ?? []).filter((decision) => decision.time <= time);
    const decisions = before.slice(-MANY_DECISIONS).map(decisionOf);
    const known = code && { ...code, ...this.#code.get(code.environment ?? '') };
    return { ...(known && { code: known }), ...(decisions.length > 0 && { decisions }) };
  }
}

function decisionOf({ kind, name, time, identity }: Decision): LineageDecision {
  return { kind, ...(name !== undefined && { name }), time, ...(identity !== undefined && { identity }) };
}

/** Reads the details of a graph. If only its data are wanted, nothing about runs and links is read. */
export async function detailsOf(
  store: Store,
  graph: Graph,
  { hubs, of_data }: { hubs: readonly Hub[]; of_data: boolean },
): Promise<Details> {
  const links = of_data ? [] : [...graph.links, ...graph.ambiguous];
  return new Details({
    code: of_data ? new Map() : await codeOf(store, [...graph.facts.values()].flat()),
    decisions: of_data ? new Map() : await decisionsOf(store, graph),
    unknown: await ofUnknownOrigin(store, graph),
    counted: new Map(hubs.flatMap(({ node, links: count }) => pair(graph.idOf(node), count))),
    ambiguous: countsOf(graph),
    paths: await pathsOf(store, links),
  });
}

function pair(id: string | undefined, count: number): [string, number][] {
  return id === undefined ? [] : [[id, count]];
}

function countsOf(graph: Graph): Map<string, number> {
  const counts = new Map<string, number>();
  for (const link of graph.ambiguous) {
    const id = graph.nearOf(link);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

async function decisionsOf(store: Store, graph: Graph): Promise<Map<string, Decision[]>> {
  const run_ids = new Set<string>();
  for (const [facts] of graph.facts.values())
    if (facts?.type === 'run' && facts.run_id !== undefined) run_ids.add(facts.run_id);
  const decisions = new Map<string, Decision[]>();
  for (const decision of await store.lineage.decisions([...run_ids].slice(0, MANY_EXECUTIONS))) {
    const known = decisions.get(decision.run_id);
    if (known) known.push(decision);
    else decisions.set(decision.run_id, [decision]);
  }
  return decisions;
}

/** Data that no recorded run has generated, not even ambiguously. */
async function ofUnknownOrigin(store: Store, graph: Graph): Promise<Set<string>> {
  const unknown = unmadeOf(graph);
  const doubtful = new Map<number, string>();
  for (const id of unknown) for (const { node } of firstSeen(graph.facts.get(id)!)) doubtful.set(node, id);
  const selection = { kinds: [LINK_KINDS.generated, LINK_KINDS.derived], evidence: ~0 };
  const { links } =
    doubtful.size > 0
      ? await store.lineage.walk({ from: [...doubtful.keys()], direction: 'up', depth: 1, selection })
      : { links: [] };
  for (const { later } of links) unknown.delete(doubtful.get(later)!);
  return unknown;
}

function keyOf({ earlier, later, kind }: { earlier: number; later: number; kind: number }): string {
  return `${earlier} ${later} ${kind}`;
}

async function pathsOf(
  store: Store,
  links: readonly GraphLink[],
): Promise<Map<string, { from_path?: string; to_path?: string }>> {
  const paths = new Map<string, { from_path?: string; to_path?: string }>();
  for (const { from_path, to_path, ...link } of await store.lineage.linkPaths(
    links.flatMap(({ stored }) => stored),
  )) {
    const key = keyOf(link);
    if (!paths.has(key))
      paths.set(key, {
        ...(from_path !== undefined && { from_path }),
        ...(to_path !== undefined && { to_path }),
      });
  }
  return paths;
}
