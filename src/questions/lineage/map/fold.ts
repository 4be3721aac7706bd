/**
 * Draws several boxes as one. Pure. Node only.
 * @module
 */
import { EVIDENCE, type Evidence } from '../../../model/link';
import type { LineageLink, LineageNode } from '../lineage-answers';
import type { Box, BoxKind, Count, Drawing, Line, PlacedNode } from './map-answers';

/** A box with all its nodes, in order. */
export interface WholeBox extends Box {
  members: LineageNode[];
}

/** A drawing with all nodes behind each box. */
export interface WholeDrawing {
  boxes: WholeBox[];
  lines: Line[];
}

const STRENGTH = Object.keys(EVIDENCE) as Evidence[];

/** Draws each node as a separate box. */
export function unfolded(
  nodes: readonly PlacedNode[],
  links: readonly LineageLink[],
  roots: readonly string[],
): WholeDrawing {
  const focus = new Set(roots);
  const boxes = nodes.map(({ more_up, more_down, ...node }): WholeBox => {
    const box = boxOf('one', [node], node);
    return {
      ...box,
      ...(focus.has(node.id) && { focus: true }),
      ...(more_up && { more_up }),
      ...(more_down && { more_down }),
    };
  });
  return {
    boxes,
    lines: links.map(({ from, to, kind, evidence }) => ({ from, to, kind, evidence, count: 1 })),
  };
}

/**
 * Which boxes are folded: each by the name of the box that it joins, and which of them represents the others.
 */
export interface Folding {
  kind: BoxKind;
  /** By id of a box. A box without a name is not folded. */
  names: ReadonlyMap<string, string>;
  /** Which of the joined boxes represents the others. @defaultValue the first */
  representative?: 'first' | 'last';
}

/**
 * Draws boxes with the same name as one. Lines between two such boxes become one; lines within a box are left
 * out.
 */
export function folded({ boxes, lines }: WholeDrawing, folding: Folding): WholeDrawing {
  const groups = new Map<string, WholeBox[]>();
  for (const box of boxes) {
    const name = folding.names.get(box.id) ?? `alone ${box.id}`;
    const known = groups.get(name);
    if (known) known.push(box);
    else groups.set(name, [box]);
  }
  const of = new Map<string, string>();
  const made = [...groups.values()].map((group) => {
    const box = group.length === 1 ? group[0]! : merged(group, folding);
    for (const { id } of group) of.set(id, box.id);
    return box;
  });
  return { boxes: made, lines: mergedLines(lines, of) };
}

function merged(group: readonly WholeBox[], { kind, representative }: Folding): WholeBox {
  const members = group.flatMap((box) => box.members);
  const node = representative === 'last' ? group.at(-1)!.node : group[0]!.node;
  const more_up = sum(group.map((box) => box.more_up));
  const more_down = sum(group.map((box) => box.more_down));
  return {
    ...boxOf(kind, members, node),
    ...(group.some(({ focus }) => focus) && { focus: true }),
    ...(more_up && { more_up }),
    ...(more_down && { more_down }),
  };
}

function boxOf(kind: BoxKind, members: LineageNode[], node: LineageNode): WholeBox {
  const quartiles_ms = kind === 'one' ? undefined : quartilesOf(members);
  return {
    id: node.id,
    kind,
    node,
    count: members.length,
    states: statesOf(members),
    ...(quartiles_ms && { quartiles_ms }),
    members,
  };
}

function statesOf(nodes: readonly LineageNode[]): Record<string, number> {
  const states: Record<string, number> = {};
  for (const node of nodes) {
    const state = node.type === 'artifact' ? node.origin && 'origin unknown' : removedOr(node);
    if (state !== undefined) states[state] = (states[state] ?? 0) + 1;
  }
  return states;
}

function removedOr(node: Exclude<LineageNode, { type: 'artifact' }>): string {
  if (node.type === 'run' && node.removed !== undefined) return 'removed';
  return node.status ?? 'open';
}

function quartilesOf(nodes: readonly LineageNode[]): [number, number, number] | undefined {
  const durations = nodes.flatMap((node) =>
    node.type === 'run' && node.took_ms !== undefined ? [node.took_ms] : [],
  );
  if (durations.length === 0) return undefined;
  const sorted = durations.sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.round(part * (sorted.length - 1))]!;
  return [at(0.25), at(0.5), at(0.75)];
}

/**
 * Adds the counts of nodes beyond several boxes. The same node may be counted for each of them, so the result
 * is the largest count, as a lower bound.
 */
function sum(counts: readonly (Count | undefined)[]): Count | undefined {
  const known = counts.filter((one) => one !== undefined);
  if (known.length === 0) return undefined;
  const count = Math.max(...known.map((one) => one.count));
  return { count, ...((known.length > 1 || known[0]!.at_least) && { at_least: true }) };
}

function mergedLines(lines: readonly Line[], of: ReadonlyMap<string, string>): Line[] {
  const found = new Map<string, Line>();
  for (const line of lines) {
    const [from, to] = [of.get(line.from), of.get(line.to)];
    if (from === undefined || to === undefined || from === to) continue;
    const key = `${from}\n${to}\n${line.kind}`;
    const known = found.get(key);
    if (!known) found.set(key, { ...line, from, to });
    else {
      known.count += line.count;
      if (STRENGTH.indexOf(line.evidence) < STRENGTH.indexOf(known.evidence)) known.evidence = line.evidence;
    }
  }
  return [...found.values()];
}

/** A drawing without the nodes behind its boxes. */
export function drawingOf({ boxes, lines }: WholeDrawing): Drawing {
  return { boxes: boxes.map(withoutMembers), lines };
}

/** A box without its nodes. */
export function withoutMembers({ members: _members, ...box }: WholeBox): Box {
  return box;
}
