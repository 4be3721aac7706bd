/**
 * Lineage as tables: nodes with their number of links, links with their ends. They can be sorted, and filtered
 * by a text. Pure. Node only.
 * @module
 */
import { toneOf } from '../../status';
import type { LineageLink, LineageNode } from '../lineage-answers';
import { hasText } from './map';
import type { PlacedNode, Surroundings } from './map-answers';

/** A node with the number of its links. */
export type NodeRow = PlacedNode & {
  /** The number of links from earlier nodes, in the answer and beyond it. */
  links_up: number;
  links_down: number;
  /** For runs and executions the status; for data `origin unknown`, or absent. */
  state?: string;
};

/** A link with the names of its ends. */
export interface LinkRow extends LineageLink {
  from_label: string;
  to_label: string;
  /** The position of the later end: links from the roots, negative upwards. */
  depth: number;
  /** True if the evidence is ambiguous, so that the link is not followed. */
  ambiguous?: true;
}

/** Keys by which nodes can be sorted. */
export const NODE_ORDERS = [
  'depth',
  'label',
  'type',
  'state',
  'links_up',
  'links_down',
  'time',
  'took_ms',
  'size_bytes',
] as const;
/** Keys by which links can be sorted. */
export const LINK_ORDERS = ['depth', 'from_label', 'to_label', 'kind', 'evidence'] as const;

/** Selects and sorts rows. A `-` before the key sorts in descending order. */
export interface RowsWanted<Order extends string> {
  sort: Order | `-${Order}`;
  find?: string;
}

/** The nodes. */
export function nodeRows(
  { nodes, links }: Surroundings,
  { sort, find = '' }: RowsWanted<(typeof NODE_ORDERS)[number]>,
): NodeRow[] {
  const up = counts(links.map(({ to }) => to));
  const down = counts(links.map(({ from }) => from));
  const rows = nodes
    .filter((node) => hasText(node, find))
    .map((node) => ({
      ...node,
      links_up: (up.get(node.id) ?? 0) + (node.more_up?.count ?? 0),
      links_down: (down.get(node.id) ?? 0) + (node.more_down?.count ?? 0),
      ...stateOf(node),
    }));
  return sorted(rows, sort);
}

/** The links. */
export function linkRows(
  { nodes, links, ambiguous }: Surroundings,
  { sort, find = '' }: RowsWanted<(typeof LINK_ORDERS)[number]>,
): LinkRow[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const rowOf = (link: LineageLink): LinkRow[] => {
    const [from, to] = [byId.get(link.from), byId.get(link.to)];
    if (!from || !to || !(hasText(from, find) || hasText(to, find))) return [];
    return [{ ...link, from_label: from.label, to_label: to.label, depth: to.depth }];
  };
  const doubtful = ambiguous.flatMap(rowOf).map((row) => ({ ...row, ambiguous: true as const }));
  return sorted([...links.flatMap(rowOf), ...doubtful], sort);
}

function counts(ids: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const id of ids) found.set(id, (found.get(id) ?? 0) + 1);
  return found;
}

function stateOf(node: LineageNode): { state?: string } {
  if (node.type === 'artifact') return node.origin ? { state: 'origin unknown' } : {};
  if (node.type === 'run' && node.removed !== undefined) return { state: 'removed' };
  return { state: node.status ?? 'open' };
}

function sorted<Row>(rows: Row[], sort: string): Row[] {
  const name = sort.replace(/^-/, '') as keyof Row;
  const sign = sort.startsWith('-') ? -1 : 1;
  return rows.sort((a, b) => sign * compared(a[name], b[name]));
}

/** Absent values come last in ascending order. */
function compared(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : 1;
}

/** The tone of a node's state, for its colour. */
export function toneOfNode(node: LineageNode): 'good' | 'bad' | 'odd' | 'open' | 'plain' {
  if (node.type === 'artifact') return node.origin ? 'odd' : 'plain';
  if (node.type === 'run' && node.removed !== undefined) return 'odd';
  return toneOf(node.status ?? 'open');
}
