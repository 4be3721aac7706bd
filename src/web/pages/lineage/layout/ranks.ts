/**
 * The layer of each box: the length of the longest path to it. [isolate-safe]
 * @module
 */
import type { Edge } from './geometry';

/** Returns the layers from 0, and the indexes of lines that close a cycle; with these reversed, no line goes backward. */
export function ranked(count: number, edges: readonly Edge[]): { ranks: number[]; back: Set<number> } {
  const back = backEdges(count, edges);
  const after: number[][] = Array.from({ length: count }, () => []);
  const before: number[][] = Array.from({ length: count }, () => []);
  for (const [at, [a, b]] of edges.entries()) {
    const [from, to] = back.has(at) ? [b, a] : [a, b];
    after[from]!.push(to);
    before[to]!.push(from);
  }
  const ranks = new Array<number>(count).fill(0);
  const order = topological(after, before);
  for (const from of order) for (const to of after[from]!) ranks[to] = Math.max(ranks[to]!, ranks[from]! + 1);
  for (const at of order.reverse()) draw(at, { ranks, after, before });
  return { ranks: fromZero(ranks), back };
}

/** Moves boxes with more successors than predecessors next to their successors. */
function draw(
  at: number,
  { ranks, after, before }: { ranks: number[]; after: number[][]; before: number[][] },
): void {
  if (after[at]!.length === 0 || after[at]!.length < before[at]!.length) return;
  ranks[at] = after[at]!.reduce((least, to) => Math.min(least, ranks[to]! - 1), Number.POSITIVE_INFINITY);
}

function fromZero(ranks: number[]): number[] {
  const used = [...new Set(ranks)].sort((a, b) => a - b);
  const numbers = new Map(used.map((rank, at) => [rank, at]));
  return ranks.map((rank) => numbers.get(rank)!);
}

function topological(after: readonly number[][], before: readonly number[][]): number[] {
  const left = before.map(({ length }) => length);
  const order = left.flatMap((count, at) => (count === 0 ? [at] : []));
  for (const at of order) for (const to of after[at]!) if (--left[to]! === 0) order.push(to);
  return order;
}

/** Returns the back edges of a depth-first search in the order of the boxes, without recursion. */
function backEdges(count: number, edges: readonly Edge[]): Set<number> {
  const out: number[][] = Array.from({ length: count }, () => []);
  for (const [at, [from]] of edges.entries()) out[from]!.push(at);
  const state = new Uint8Array(count);
  const next = new Uint32Array(count);
  const back = new Set<number>();
  for (let root = 0; root < count; root++) {
    if (state[root] !== NEW) continue;
    const stack = [root];
    state[root] = OPEN;
    while (stack.length > 0) {
      const at = stack.at(-1)!;
      const edge = out[at]![next[at]!++];
      if (edge === undefined) {
        state[at] = DONE;
        stack.pop();
        continue;
      }
      const to = edges[edge]![1];
      if (state[to] === OPEN) back.add(edge);
      else if (state[to] === NEW) {
        state[to] = OPEN;
        stack.push(to);
      }
    }
  }
  return back;
}

const [NEW, OPEN, DONE] = [0, 1, 2];
