/**
 * The paths of lines: from the right side of a box to the left side of another, through the gaps between other boxes.
 * [isolate-safe]
 * @module
 */
import type { Edge, PlacedBox, Point } from './geometry';

/** The distance between a line and a box that it passes. */
const CLEAR = 10;
/** The distance of lines that end at one side of a box. */
const APART = 9;
/** The distance of a backward line below its boxes. */
const BELOW = 34;

/** Returns the points of each line. */
export function routed(
  boxes: readonly PlacedBox[],
  columns: readonly number[][],
  edges: readonly Edge[],
  back: ReadonlySet<number>,
): Point[][] {
  const ports = { out: portsOf(boxes, edges, 0), in: portsOf(boxes, edges, 1) };
  const spans = columns.map((column) => spansOf(column.map((at) => boxes[at]!)));
  return edges.map(([from, to], at) => {
    const [a, b] = [boxes[from]!, boxes[to]!];
    const start = { x: a.x + a.width, y: a.y + ports.out[at]! };
    const end = { x: b.x, y: b.y + ports.in[at]! };
    if (back.has(at)) return around(start, end, Math.max(a.y + a.height / 2, b.y + b.height / 2) + BELOW);
    return [start, ...between(start, end, spans.slice(a.rank + 1, b.rank)), end];
  });
}

/** A column as an obstacle: its sides, and its boxes from top to bottom. */
interface Span {
  left: number;
  right: number;
  walls: { top: number; low: number }[];
}

function spansOf(boxes: readonly PlacedBox[]): Span {
  return {
    left: Math.min(...boxes.map(({ x }) => x)),
    right: Math.max(...boxes.map(({ x, width }) => x + width)),
    walls: boxes.map(({ y, height }) => ({ top: y - height / 2 - CLEAR, low: y + height / 2 + CLEAR })),
  };
}

function between(start: Point, end: Point, spans: readonly Span[]): Point[] {
  const points: Point[] = [];
  let from = start;
  for (const span of spans) {
    const part = (span.left - from.x) / Math.max(1, end.x - from.x);
    const y = gap(from.y + (end.y - from.y) * part, span.walls);
    const last = { x: span.right, y };
    points.push({ x: span.left, y }, last);
    from = last;
  }
  return points;
}

/** Returns the free height that is nearest to the wanted one. */
function gap(wanted: number, walls: Span['walls']): number {
  const at = walls.findIndex(({ low }) => wanted < low);
  if (at < 0 || wanted <= walls[at]!.top) return wanted;
  const { top, low } = walls[at]!;
  const above = at === 0 || walls[at - 1]!.low <= top ? top : (walls[at - 1]!.low + top) / 2;
  const next = walls[at + 1];
  const below = !next || next.top >= low ? low : (low + next.top) / 2;
  return wanted - above <= below - wanted ? above : below;
}

/** Returns where lines leave (`end` 0) or reach (1) the side of their box, relative to its middle, in the order of their other ends. */
function portsOf(boxes: readonly PlacedBox[], edges: readonly Edge[], end: 0 | 1): number[] {
  const atBox = new Map<number, number[]>();
  for (const [at, edge] of edges.entries()) {
    const known = atBox.get(edge[end]);
    if (known) known.push(at);
    else atBox.set(edge[end], [at]);
  }
  const ports: number[] = [];
  for (const [box, lines] of atBox) {
    const other = (at: number) => boxes[edges[at]![1 - end]!]!.y;
    const sorted = lines.toSorted((a, b) => other(a) - other(b) || a - b);
    const room = boxes[box]!.height - 24;
    const step = Math.min(APART, room / Math.max(1, sorted.length - 1));
    for (const [place, at] of sorted.entries()) ports[at] = (place - (sorted.length - 1) / 2) * step;
  }
  return ports;
}

function around(start: Point, end: Point, low: number): Point[] {
  return [start, { x: start.x + BELOW, y: low }, { x: end.x - BELOW, y: low }, end];
}
