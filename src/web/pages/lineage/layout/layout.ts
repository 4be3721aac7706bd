/**
 * The positions of boxes and lines: layers from left to right, earlier nodes on the left. Pure and deterministic: the same boxes in
 * the same order give the same drawing. [isolate-safe]
 * @module
 */
import {
  type BoxSize,
  type Edge,
  type Ends,
  type Layout,
  type PlacedBox,
  type Point,
  SPACING,
} from './geometry';
import { ordered } from './order';
import { ranked } from './ranks';
import { routed } from './routes';
import { placedRows } from './rows';

/** Computes the layout. Lines with an end outside the boxes are omitted. */
export function layout<Line extends Ends>(boxes: readonly BoxSize[], lines: readonly Line[]): Layout<Line> {
  const index = new Map(boxes.map(({ id }, at) => [id, at]));
  const known = lines.filter(({ from, to }) => index.has(from) && index.has(to) && from !== to);
  const edges = known.map(({ from, to }): Edge => [index.get(from)!, index.get(to)!]);
  const { ranks, back } = ranked(boxes.length, edges);
  const forward = edges.map(([a, b], at): Edge => (back.has(at) ? [b, a] : [a, b]));
  const columns = ordered(ranks, forward);
  const middles = placedRows(columns, forward, boxes);
  const placed = inPlace(boxes, { ranks, columns, middles });
  const paths = routed(placed, columns, edges, back);
  return {
    ...extent(placed, paths),
    boxes: placed,
    lines: known.map((line, at) => ({ line, points: paths[at]!, back: back.has(at) })),
  };
}

function inPlace(
  boxes: readonly BoxSize[],
  {
    ranks,
    columns,
    middles,
  }: { ranks: readonly number[]; columns: readonly number[][]; middles: readonly number[] },
): PlacedBox[] {
  const top = Math.min(0, ...boxes.map(({ height }, at) => middles[at]! - height / 2));
  const lefts: number[] = [];
  let left: number = SPACING.margin;
  for (const column of columns) {
    lefts.push(left);
    left += Math.max(0, ...column.map((at) => boxes[at]!.width)) + SPACING.columns;
  }
  return boxes.map((box, at) => ({
    ...box,
    rank: ranks[at]!,
    x: lefts[ranks[at]!]!,
    y: Math.round(middles[at]! - top + SPACING.margin),
  }));
}

function extent(boxes: readonly PlacedBox[], paths: readonly Point[][]): { width: number; height: number } {
  const right = boxes.reduce((most, { x, width }) => Math.max(most, x + width), 0);
  const low = boxes.reduce((most, { y, height }) => Math.max(most, y + height / 2), 0);
  const lowest = paths.reduce((most, points) => points.reduce((one, { y }) => Math.max(one, y), most), low);
  return { width: right + SPACING.margin, height: lowest + SPACING.margin };
}
