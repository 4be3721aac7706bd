/**
 * Draws lineage: the surroundings of something, or the paths between two, folded until people can read it. Node
 * only.
 * @module
 */
import { ProvenanceError } from '../../../errors';
import type { Answer, Scope } from '../../scope';
import type { DataPlace } from '../data-reference';
import { lineageOf } from '../lineage';
import type { LineageNode } from '../lineage-answers';
import { type LinkDetail, linkDetails } from './chosen-line';
import { drawingOf, folded, unfolded, type WholeDrawing, withoutMembers } from './fold';
import { alike, attempts, steps } from './groups';
import type { Box, Drawing, Line, Surroundings, SurroundingsQuery } from './map-answers';
import { surroundingsOf } from './surroundings';

/** What to draw. */
export interface MapQuery extends SurroundingsQuery {
  /** Draws only the paths between the two. */
  to?: string;
  /** `plan`: all runs of one activity type are one box. @defaultValue `runs` */
  level?: 'runs' | 'plan';
  /** Ids of nodes that are removed from the box of similar nodes. */
  pulled?: readonly string[];
  /** Ids of nodes whose similar nodes are drawn separately. */
  apart?: readonly string[];
  /** Id of a box whose nodes are listed. */
  chosen?: string;
  /** Ids of two boxes. The links of the line between them are listed. */
  line?: readonly [from: string, to: string];
  /** Lists only nodes whose name contains this text. */
  find?: string;
}

/** The most nodes that are listed for one box. */
const MOST_MEMBERS = 100;

/** The drawing of lineage, with its remarks. */
export interface LineageMap extends Omit<Surroundings, 'nodes' | 'links' | 'ambiguous'>, Drawing {
  /** Lines between the boxes whose evidence is ambiguous. */
  doubtful: Line[];
  /** Counts before folding. */
  counts: { nodes: number; links: number };
  /** Nodes of the chosen box. */
  chosen?: { box: Box; count: number; members: LineageNode[] };
  /** The first links of the chosen line. */
  line?: { from: Box; to: Box; count: number; links: LinkDetail[] };
}

/**
 * The map of what a reference names.
 * @throws (rejects) ProvenanceError NOT_FOUND, also if no path leads between the two; AMBIGUOUS,
 *   REFERENCE_INVALID
 */
export async function lineageMap(
  scope: Scope,
  word: string,
  query: MapQuery,
  place: DataPlace,
): Promise<Answer<LineageMap>> {
  const { value, remarks } = await nodesOf(scope, word, query, place);
  const { nodes, links, ambiguous, ...rest } = value;
  const whole = drawn(value, query);
  const isIn = new Map(whole.boxes.flatMap(({ id, members }) => members.map((member) => [member.id, id])));
  return {
    value: {
      ...rest,
      ...drawingOf(whole),
      doubtful: doubtfulLines(ambiguous, isIn),
      counts: { nodes: nodes.length, links: links.length },
      ...chosenOf(whole, query),
      ...(query.line && (await lineOf(scope, { whole, isIn, surroundings: value }, query.line))),
    },
    remarks,
  };
}

/** Nodes and links without folding: of the surroundings, or of the paths. */
export async function nodesOf(
  scope: Scope,
  word: string,
  query: MapQuery,
  place: DataPlace,
): Promise<Answer<Surroundings>> {
  const { to, kinds, evidence, as_of } = query;
  if (to === undefined) return surroundingsOf(scope, word, query, place);
  const { value, remarks } = await lineageOf(scope, word, { to, kinds, evidence, as_of }, place);
  const { roots, nodes, links, truncated, behind } = value;
  const below = nodes.map((node) => ({ ...node, depth: -node.depth }));
  return { value: { roots, nodes: below, links, ambiguous: [], truncated, behind }, remarks };
}

function drawn({ nodes, links, roots }: Surroundings, query: MapQuery): WholeDrawing {
  const { level = 'runs', pulled = [], apart = [] } = query;
  const all = unfolded(nodes, links, roots);
  if (level === 'plan') return folded(all, steps(all));
  const activities = folded(all, attempts(all));
  return folded(activities, alike(activities, { one: new Set(pulled), all: new Set(apart) }));
}

function doubtfulLines(links: Surroundings['ambiguous'], isIn: ReadonlyMap<string, string>): Line[] {
  const lines = new Map<string, Line>();
  for (const { from, to, kind, evidence } of links) {
    const [a, b] = [isIn.get(from)!, isIn.get(to)!];
    const known = lines.get(`${a}\n${b}`);
    if (known) known.count += 1;
    else if (a !== b) lines.set(`${a}\n${b}`, { from: a, to: b, kind, evidence, count: 1 });
  }
  return [...lines.values()];
}

interface Mapped {
  whole: WholeDrawing;
  /** Id of the box of each node. */
  isIn: ReadonlyMap<string, string>;
  surroundings: Surroundings;
}

async function lineOf(
  { store }: Scope,
  { whole, isIn, surroundings }: Mapped,
  [a, b]: readonly [string, string],
): Promise<Pick<LineageMap, 'line'>> {
  const [from, to] = [isIn.get(a), isIn.get(b)];
  const { nodes, links, ambiguous } = surroundings;
  const between = [...links, ...ambiguous].filter(
    (link) => isIn.get(link.from) === from && isIn.get(link.to) === to,
  );
  const box = (id: string | undefined) => whole.boxes.find((one) => one.id === id);
  const [earlier, later] = [box(from), box(to)];
  if (!earlier || !later || between.length === 0)
    throw new ProvenanceError('NOT_FOUND', `No line leads from '${a}' to '${b}' in this drawing.`);
  const details = await linkDetails(store, between, new Map(nodes.map((node) => [node.id, node])));
  const [shown, end] = [withoutMembers(earlier), withoutMembers(later)];
  return { line: { from: shown, to: end, count: between.length, links: details } };
}

function chosenOf({ boxes }: WholeDrawing, { chosen, find = '' }: MapQuery): Pick<LineageMap, 'chosen'> {
  if (chosen === undefined) return {};
  const box = boxes.find(({ members }) => members.some(({ id }) => id === chosen));
  if (!box)
    throw new ProvenanceError(
      'NOT_FOUND',
      `'${chosen}' is not in this drawing: expand the drawing, or start from it.`,
    );
  const members = box.members.filter((node) => hasText(node, find));
  return {
    chosen: { box: withoutMembers(box), count: members.length, members: members.slice(0, MOST_MEMBERS) },
  };
}

/** True if a name, an id, a digest or a state of a node contains the text. */
export function hasText(node: LineageNode, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return true;
  const words = [
    node.label,
    node.id,
    ...(node.type === 'artifact' ? node.names : [node.status ?? 'open', node.workflow_id ?? '']),
  ];
  return words.some((word) => word.toLowerCase().includes(wanted));
}
