/**
 * Decides which boxes are drawn as one: attempts of one activity, and similar nodes with the same predecessors
 * and successors. At the level of the plan, all runs of one activity type are one box. Pure. Node only.
 * @module
 */
import type { LineageNode } from '../lineage-answers';
import { endingOf } from '../node-words';
import type { Folding, WholeBox, WholeDrawing } from './fold';

/** At least this many similar nodes are drawn as one. */
export const LEAST_ALIKE = 5;
/**
 * Rounds in which boxes are distinguished; each looks one link further. Boxes that are still alike are drawn as
 * one.
 */
const MOST_ROUNDS = 40;

/** Folds attempts of one activity. */
export function attempts({ boxes }: WholeDrawing): Folding {
  const names = new Map<string, string>();
  for (const { id, node } of boxes)
    if (node.type === 'run' && node.run_id !== undefined && node.activity_id !== undefined)
      names.set(id, `${node.run_id}\n${node.activity_id}`);
  return { kind: 'attempts', names, representative: 'last' };
}

/** Folds runs by activity and plan, executions by type, data by producers and users. */
export function steps({ boxes, lines }: WholeDrawing): Folding {
  const names = new Map<string, string>();
  for (const { id, node } of boxes) if (node.type !== 'artifact') names.set(id, kindOf(node));
  const makers = new Map<string, Set<string>>();
  const users = new Map<string, Set<string>>();
  for (const { from, to } of lines) {
    add(makers, to, names.get(from) ?? '');
    add(users, from, names.get(to) ?? '');
  }
  const sorted = (known: Set<string> | undefined) => [...(known ?? [])].sort().join(' ');
  for (const { id, node } of boxes)
    if (node.type === 'artifact')
      names.set(id, `${kindOf(node)}\n${sorted(makers.get(id))}\n${sorted(users.get(id))}`);
  return { kind: 'step', names };
}

function add(known: Map<string, Set<string>>, id: string, name: string): void {
  const names = known.get(id);
  if (names) names.add(name);
  else known.set(id, new Set([name]));
}

/**
 * Folds boxes of one kind at the same distance that have the same predecessors and successors. Boxes that are
 * alike themselves count as the same: forty frames, each reduced to one curve, become three boxes. Boxes are
 * distinguished round by round. If fewer than five are alike, each is drawn separately.
 * @param apart ids of nodes that are drawn separately, with everything that only they lead to
 */
export function alike(
  { boxes, lines }: WholeDrawing,
  apart: { one: ReadonlySet<string>; all: ReadonlySet<string> },
): Folding {
  const classes = new Classes(boxes, (box) => isSingle(box, apart.one));
  const names = new Map<string, string>();
  classes.refine(lines);
  for (const [name, group] of classes.groups()) {
    if (group.length < LEAST_ALIKE || group.some((box) => box.members.some(({ id }) => apart.all.has(id))))
      continue;
    for (const { id } of group) names.set(id, name);
  }
  return { kind: 'alike', names };
}

function isSingle({ focus, members }: WholeBox, one: ReadonlySet<string>): boolean {
  return focus === true || (one.size > 0 && members.some(({ id }) => one.has(id)));
}

/** Boxes in classes, which are split until the boxes of each class are alike. */
class Classes {
  readonly #boxes: readonly WholeBox[];
  readonly #class = new Map<string, string>();

  constructor(boxes: readonly WholeBox[], isAlone: (box: WholeBox) => boolean) {
    this.#boxes = boxes;
    for (const box of boxes)
      this.#class.set(
        box.id,
        isAlone(box) ? `one ${box.id}` : `${box.node.depth} ${box.kind} ${kindOf(box.node)}`,
      );
    this.#settle();
  }

  groups(): Map<string, WholeBox[]> {
    const groups = new Map<string, WholeBox[]>();
    for (const box of this.#boxes) {
      const name = this.#class.get(box.id)!;
      const known = groups.get(name);
      if (known) known.push(box);
      else groups.set(name, [box]);
    }
    return groups;
  }

  refine(lines: WholeDrawing['lines']): void {
    let before = 0;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const count = new Set(this.#class.values()).size;
      if (count === before) return;
      before = count;
      this.#split(lines);
      this.#settle();
    }
  }

  #split(lines: WholeDrawing['lines']): void {
    const neighbours = new Map<string, Set<string>>(this.#boxes.map(({ id }) => [id, new Set()]));
    for (const { from, to, kind, evidence } of lines) {
      neighbours.get(from)?.add(`> ${this.#class.get(to)} ${kind} ${evidence}`);
      neighbours.get(to)?.add(`< ${this.#class.get(from)} ${kind} ${evidence}`);
    }
    const numbers = new Map<string, string>();
    for (const { id } of this.#boxes) {
      const key = `${this.#class.get(id)}\n${[...neighbours.get(id)!].sort().join('\n')}`;
      const number = numbers.get(key) ?? `class ${numbers.size}`;
      numbers.set(key, number);
      this.#class.set(id, number);
    }
  }

  /** Dissolves a class with too few boxes: each becomes its own class, which distinguishes its neighbours. */
  #settle(): void {
    for (const group of this.groups().values())
      if (group.length < LEAST_ALIKE) for (const { id } of group) this.#class.set(id, `one ${id}`);
  }
}

/** The kind of a node: for a run the activity and its plan; for data the type and the ending of the name. */
export function kindOf(node: LineageNode): string {
  switch (node.type) {
    case 'run':
      return node.removed === undefined
        ? `run ${node.workflow_type ?? ''} ${node.activity_type}`
        : 'run removed';
    case 'execution':
      return `execution ${node.workflow_type}`;
    case 'artifact':
      return `data ${node.kind} ${endingOf(node.label)}`;
  }
}
