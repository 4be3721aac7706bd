/**
 * Neighbouring nodes of a tree: single nodes, or many similar nodes folded into one. Node only.
 * @module
 */
import type { Lineage, LineageLink, LineageNode } from '../../../questions/lineage/lineage-answers';
import { endingOf } from '../../../questions/lineage/node-words';

/** More similar neighbours than this are folded into one line. */
const MOST_ALIKE = 5;

/** One node or many similar ones, with the links to them. */
export interface Bundle {
  nodes: LineageNode[];
  links: LineageLink[];
}

/** An answer, indexed for the tree. */
export class Bundles {
  readonly #nodes = new Map<string, LineageNode>();
  readonly #beyond = new Map<string, LineageLink[]>();
  readonly #up: boolean;

  constructor({ nodes, links, direction }: Lineage) {
    this.#up = direction === 'up';
    for (const node of nodes) this.#nodes.set(node.id, node);
    for (const link of links) {
      const near = this.#up ? link.to : link.from;
      const known = this.#beyond.get(near);
      if (known) known.push(link);
      else this.#beyond.set(near, [link]);
    }
  }

  /** Returns the nodes with these ids; similar ones are folded. */
  of(ids: readonly string[]): Bundle[] {
    return folded(
      ids.flatMap((id) => this.#nodes.get(id) ?? []).map((node) => ({ nodes: [node], links: [] })),
    );
  }

  /** Returns the next nodes behind a bundle. */
  beyond({ nodes }: Bundle): Bundle[] {
    const found = new Map<string, Bundle>();
    for (const { id } of nodes)
      for (const link of this.#beyond.get(id) ?? []) {
        const far = this.#nodes.get(this.#up ? link.from : link.to);
        if (!far) continue;
        const known = found.get(far.id);
        if (known) known.links.push(link);
        else found.set(far.id, { nodes: [far], links: [link] });
      }
    return folded([...found.values()]);
  }
}

function folded(single: readonly Bundle[]): Bundle[] {
  const byKind = new Map<string, Bundle[]>();
  for (const bundle of single) {
    const kind = kindOf(bundle);
    byKind.set(kind, [...(byKind.get(kind) ?? []), bundle]);
  }
  const groups = [...byKind.values()].flatMap((alike) =>
    alike.length > MOST_ALIKE ? [merged(alike)] : alike,
  );
  return groups.sort((a, b) => timeOf(a) - timeOf(b));
}

function merged(alike: readonly Bundle[]): Bundle {
  return { nodes: alike.flatMap(({ nodes }) => nodes), links: alike.flatMap(({ links }) => links) };
}

/** Returns the key by which nodes are similar: the activity, or for data the kind and the extension. */
function kindOf({ nodes: [node] }: Bundle): string {
  if (node?.type === 'run') return `run ${node.removed === undefined ? node.activity_type : 'removed'}`;
  if (node?.type === 'execution') return `execution ${node.workflow_type}`;
  return `data ${node?.kind} ${endingOf(node?.label ?? '')}`;
}

function timeOf({ nodes }: Bundle): number {
  return Math.min(...nodes.slice(0, 1_000).map(({ time = 0 }) => time));
}
