/**
 * The heights of boxes: as near as possible to the middle of their neighbours, in the order of the column and without overlaps.
 * [isolate-safe]
 * @module
 */
import { type BoxSize, type Edge, SPACING } from './geometry';

/** An even number of sweeps ends with the predecessors, so that a chain is a straight line. */
const SWEEPS = 6;

/** Returns the middles of the boxes, by their indexes. */
export function placedRows(
  columns: readonly number[][],
  edges: readonly Edge[],
  boxes: readonly BoxSize[],
): number[] {
  const middles = new Array<number>(boxes.length).fill(0);
  const before: number[][] = boxes.map(() => []);
  const after: number[][] = boxes.map(() => []);
  for (const [from, to] of edges) {
    after[from]!.push(to);
    before[to]!.push(from);
  }
  const heights = boxes.map(({ height }) => height);
  for (const column of columns)
    place(
      column,
      column.map(() => 0),
      { middles, heights },
    );
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const rightwards = sweep % 2 === 1;
    const last = sweep >= SWEEPS - 2;
    for (const column of rightwards ? columns : columns.toReversed()) {
      const wanted = column.map((at) => {
        const neighbours = last ? [...before[at]!, ...after[at]!] : rightwards ? before[at]! : after[at]!;
        return neighbours.length === 0
          ? middles[at]!
          : neighbours.reduce((sum, one) => sum + middles[one]!, 0) / neighbours.length;
      });
      place(column, wanted, { middles, heights });
    }
  }
  return middles;
}

/**
 * Places the boxes of one column as near as possible to their wanted heights (least squares), each below the previous one
 * (isotonic regression, by pooling boxes that overlap).
 */
function place(
  column: readonly number[],
  wanted: readonly number[],
  { middles, heights }: { middles: number[]; heights: readonly number[] },
): void {
  const pools: { sum: number; count: number }[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const [at, box] of column.entries()) {
    if (at > 0) offset += (heights[column[at - 1]!]! + heights[box]!) / 2 + SPACING.rows;
    offsets.push(offset);
    pools.push({ sum: wanted[at]! - offset, count: 1 });
    while (pools.length > 1 && meanOf(pools.at(-1)!) <= meanOf(pools.at(-2)!)) {
      const last = pools.pop()!;
      const pool = pools.at(-1)!;
      pool.sum += last.sum;
      pool.count += last.count;
    }
  }
  let at = 0;
  for (const pool of pools)
    for (let i = 0; i < pool.count; i++, at++) middles[column[at]!] = meanOf(pool) + offsets[at]!;
}

function meanOf({ sum, count }: { sum: number; count: number }): number {
  return sum / count;
}
