/**
 * Decides which nodes are shown, and at what distance from the roots. Node only.
 * @module
 */
import type { LineageLink } from '../lineage-answers';
import type { Side, SurroundingsQuery } from './map-answers';

/** Nodes with their positions. */
export class Places {
  /** The number of links from the roots, by id; negative upwards. */
  readonly depths = new Map<string, number>();
  readonly #ways: Record<Side, Map<string, string[]>> = { up: new Map(), down: new Map() };
  readonly #open: Record<Side, ReadonlySet<string>>;
  readonly #closed: Record<Side, ReadonlySet<string>>;

  constructor(
    links: readonly LineageLink[],
    roots: readonly string[],
    { up, down, open = [], closed = [] }: SurroundingsQuery,
  ) {
    for (const { from, to } of links) {
      add(this.#ways.up, to, from);
      add(this.#ways.down, from, to);
    }
    const idsOf = (sides: typeof open, side: Side) =>
      new Set(sides.filter((one) => one.side === side).map(({ id }) => id));
    this.#open = { up: idsOf(open, 'up'), down: idsOf(open, 'down') };
    this.#closed = { up: idsOf(closed, 'up'), down: idsOf(closed, 'down') };
    for (const id of roots) this.depths.set(id, 0);
    this.#walk('up', roots, up);
    this.#walk('down', roots, down);
    this.#openByHand();
  }

  #walk(side: Side, roots: readonly string[], depth: number): void {
    let level = roots;
    for (let step = 1; level.length > 0 && step <= depth; step++) {
      level = level.flatMap((id) => this.#step(side, id));
    }
  }

  /** Places the neighbours of a node. A node that has a position keeps it. */
  #step(side: Side, id: string): string[] {
    if (this.#closed[side].has(id)) return [];
    const depth = this.depths.get(id)! + (side === 'up' ? -1 : 1);
    const found = (this.#ways[side].get(id) ?? []).filter((far) => !this.depths.has(far));
    for (const far of found) this.depths.set(far, depth);
    return found;
  }

  /** Sides may be opened in any order, but a node only after the one that leads to it. */
  #openByHand(): void {
    const left = new Map<string, { side: Side; id: string }>();
    for (const side of ['up', 'down'] as const)
      for (const id of this.#open[side]) left.set(`${side} ${id}`, { side, id });
    for (let before = -1; left.size !== before; ) {
      before = left.size;
      for (const [key, { side, id }] of left) {
        if (!this.depths.has(id)) continue;
        left.delete(key);
        this.#step(side, id);
      }
    }
  }
}

function add(ways: Map<string, string[]>, near: string, far: string): void {
  const known = ways.get(near);
  if (known) known.push(far);
  else ways.set(near, [far]);
}
