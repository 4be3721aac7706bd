/**
 * The order of the boxes in each column. Each sweep moves a box to the middle of its neighbours. The order with the fewest
 * crossings is kept; of equal ones the last. [isolate-safe]
 * @module
 */
import type { Edge } from './geometry';

/** The number of sweeps; more sweeps improve little. */
const SWEEPS = 8;
/** If all lines together pass more columns than this, long lines are ignored when crossings are counted, to save time. */
const LONG_STEPS = 4_000;

/** Columns with the numbers of their boxes, from top to bottom. */
export function ordered(ranks: readonly number[], edges: readonly Edge[]): number[][] {
  const columns: number[][] = Array.from({ length: Math.max(-1, ...ranks) + 1 }, () => []);
  for (const [at, rank] of ranks.entries()) columns[rank]!.push(at);
  const sides = { before: neighbours(ranks.length, edges, 1), after: neighbours(ranks.length, edges, 0) };
  let best = columns;
  let least = Number.POSITIVE_INFINITY;
  let now = columns.map((column) => [...column]);
  for (let sweep = 0; sweep <= SWEEPS; sweep++) {
    const crossings = crossingsOf(now, ranks, edges);
    if (crossings <= least) [best, least] = [now, crossings];
    now = swept(now, sweep % 2 === 0 ? sides.before : sides.after, sweep % 2 === 0);
  }
  return best;
}

/** Returns the neighbours of each box: those before it (`end` 1) or after it (0). */
function neighbours(count: number, edges: readonly Edge[], end: 0 | 1): number[][] {
  const found: number[][] = Array.from({ length: count }, () => []);
  for (const edge of edges) found[edge[end]]!.push(edge[1 - end]!);
  return found;
}

function swept(columns: readonly number[][], adjacent: readonly number[][], rightwards: boolean): number[][] {
  const places = placesOf(columns);
  const result = columns.map((column) => [...column]);
  const numbers = columns.map((_, at) => (rightwards ? at : columns.length - 1 - at));
  for (const number of numbers) {
    const column = result[number]!;
    const wanted = new Map(column.map((at) => [at, mean(adjacent[at]!, places) ?? places[at]!]));
    column.sort((a, b) => wanted.get(a)! - wanted.get(b)! || places[a]! - places[b]!);
    for (const [place, at] of column.entries()) places[at] = place - (column.length - 1) / 2;
  }
  return result;
}

/** Returns the positions in the columns, relative to their middles. */
function placesOf(columns: readonly number[][]): number[] {
  const places: number[] = [];
  for (const column of columns)
    for (const [place, at] of column.entries()) places[at] = place - (column.length - 1) / 2;
  return places;
}

function mean(boxes: readonly number[], places: readonly number[]): number | undefined {
  if (boxes.length === 0) return undefined;
  return boxes.reduce((sum, at) => sum + places[at]!, 0) / boxes.length;
}

/** A line between two neighbouring columns, by its positions in both. */
type Step = readonly [left: number, right: number];

/** Returns the number of crossings between neighbouring columns. A long line runs straight through the columns between its ends. */
function crossingsOf(columns: readonly number[][], ranks: readonly number[], edges: readonly Edge[]): number {
  const places = placesOf(columns);
  const length = edges.reduce((sum, [from, to]) => sum + ranks[to]! - ranks[from]!, 0);
  const between: Step[][] = columns.map(() => []);
  for (const [from, to] of edges) {
    const span = ranks[to]! - ranks[from]!;
    if (span > 1 && length > LONG_STEPS) continue;
    const at = (step: number) => places[from]! + ((places[to]! - places[from]!) * step) / span;
    for (let step = 0; step < span; step++) between[ranks[from]! + step]!.push([at(step), at(step + 1)]);
  }
  return between.reduce((sum, steps) => sum + inversions(inPlaces(steps)), 0);
}

/** Returns the lines with ranks on the right; equal positions share a rank. */
function inPlaces(steps: readonly Step[]): Step[] {
  const sorted = [...new Set(steps.map(([, right]) => right))].sort((a, b) => a - b);
  const numbers = new Map(sorted.map((right, at) => [right, at]));
  return steps.map(([left, right]) => [left, numbers.get(right)!]);
}

/** Returns the number of crossing pairs of lines, with a Fenwick tree over the positions on the right. */
function inversions(lines: readonly Step[]): number {
  const places = lines.length;
  const sums = new Uint32Array(places + 1);
  let crossings = 0;
  const sorted = lines.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  for (const [count, [, to]] of sorted.entries()) {
    let notBelow = 0;
    for (let at = to + 1; at > 0; at -= at & -at) notBelow += sums[at]!;
    crossings += count - notBelow;
    for (let at = to + 1; at <= places; at += at & -at) sums[at]! += 1;
  }
  return crossings;
}
