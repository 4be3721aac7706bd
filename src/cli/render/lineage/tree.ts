/**
 * Lineage as a tree: the start is at the top, and what it came from (or what was made from it) is below. A node with a single
 * successor continues in the same column. Each node is shown once. More than five similar neighbours are one line. Node only.
 * @module
 */
import type { Lineage, LineageLink, LineageNode } from '../../../questions/lineage/lineage-answers';
import { endingOf } from '../../../questions/lineage/node-words';
import { safe } from '../../../questions/shown/safe-text';
import { counted } from '../../../questions/words';
import type { Style } from '../../io';
import { cutPainted, widthOf } from '../../terminal/text';
import { type Bundle, Bundles } from './bundles';
import { linkText, nodeLine, words } from './lines';

/** The maximum number of printed lines; `--as json` has no such limit. */
const MOST_LINES = 1_000;
/** The maximum columns for branches; deeper branches are counted, not drawn. */
const MOST_INDENT = 32;
const PLAIN_WIDTH = 80;

/** Returns the lines of the tree. */
export function lineageTree(lineage: Lineage, style: Style): string[] {
  return new Tree(lineage, style).lines();
}

class Tree {
  readonly #lineage: Lineage;
  readonly #style: Style;
  readonly #bundles: Bundles;
  readonly #shown = new Set<string>();
  readonly #lines: string[] = [];
  readonly #doubtful = new Map<string, LineageLink[]>();
  #left = 0;

  constructor(lineage: Lineage, style: Style) {
    this.#lineage = lineage;
    this.#style = style;
    this.#bundles = new Bundles(lineage);
    for (const link of lineage.ambiguous.links) {
      const near = lineage.direction === 'up' ? link.to : link.from;
      this.#doubtful.set(near, [...(this.#doubtful.get(near) ?? []), link]);
    }
  }

  lines(): string[] {
    for (const root of this.#bundles.of(this.#lineage.roots))
      if (!this.#isShown(root)) this.#add(root, '', '');
    if (this.#left > 0)
      this.#lines.push(
        this.#style.colors.dim(`… and more (--depth N limits the tree, --as json prints all)`),
      );
    const width = Math.min(
      this.#style.width,
      Number.isFinite(this.#style.width) ? this.#style.width : PLAIN_WIDTH,
    );
    return this.#lines.map((line) => cutPainted(line, width));
  }

  /** Draws a bundle and the nodes behind it, in the same column while there is only one branch. */
  #add(first: Bundle, lead: string, indent: string): void {
    let bundle: Bundle | undefined = first;
    for (let sign = lead; bundle; sign = `${indent}${this.#arrow} `) {
      if (this.#lines.length >= MOST_LINES) {
        this.#left += 1;
        return;
      }
      const known = this.#isShown(bundle);
      this.#lines.push(this.#line(bundle, sign, known));
      if (known) return;
      for (const { id } of bundle.nodes) this.#shown.add(id);
      const next: Bundle[] = this.#bundles.beyond(bundle);
      const doubtful = this.#doubtfulLines(bundle);
      if (next.length !== 1 || doubtful.length > 0) {
        this.#branch(next, doubtful, indent);
        return;
      }
      bundle = next[0];
    }
  }

  #branch(next: readonly Bundle[], doubtful: readonly string[], indent: string): void {
    const { colors } = this.#style;
    const total = next.length + doubtful.length;
    if (total > 0 && indent.length >= MOST_INDENT) {
      this.#lines.push(
        `${indent}… ${counted(total, 'branch', 'branches')} more, too deep to draw: start from one of them by name`,
      );
      return;
    }
    const signs = (at: number) => (at === total - 1 ? ['└─', '   '] : ['├─', '│  ']);
    for (const [at, bundle] of next.entries()) {
      const [sign, below] = signs(at);
      this.#add(bundle, `${indent}${sign} `, `${indent}${below}`);
    }
    for (const [at, line] of doubtful.entries())
      this.#lines.push(`${indent}${signs(next.length + at)[0]} ${colors.yellow('?')} ${line}`);
  }

  #isShown({ nodes }: Bundle): boolean {
    return nodes.every(({ id }) => this.#shown.has(id));
  }

  get #arrow(): string {
    return this.#lineage.direction === 'up' ? '←' : '→';
  }

  #line(bundle: Bundle, sign: string, known: boolean): string {
    const { colors } = this.#style;
    const [node] = bundle.nodes;
    const evidence = [...new Set(bundle.links.map((link) => linkText(link, colors)))].join(' ');
    const again = known ? colors.dim('(above)') : '';
    const hub = bundle.nodes.find(({ links_counted }) => links_counted !== undefined)?.links_counted;
    const more =
      hub === undefined ? '' : colors.yellow(`${hub.toLocaleString('en-US')} links, only some of them read`);
    const end = words([evidence, again, more]);
    const room = this.#room(sign, end);
    const text = bundle.nodes.length > 1 ? foldedLine(bundle.nodes) : nodeLine(node!, colors, room);
    return words([`${sign}${cutPainted(text, room)}`, end]);
  }

  /** Returns the columns between the branches and the end of a line, which is always shown. */
  #room(sign: string, end: string): number {
    const width = Number.isFinite(this.#style.width) ? this.#style.width : PLAIN_WIDTH;
    const room = width - widthOf(plain(sign)) - (end === '' ? 0 : widthOf(plain(end)) + 1);
    return Math.max(12, room);
  }

  #doubtfulLines({ nodes }: Bundle): string[] {
    const { colors } = this.#style;
    const links = nodes.flatMap(({ id }) => this.#doubtful.get(id) ?? []);
    if (links.length > 5)
      return [`${counted(links.length, 'link')} whose evidence is ambiguous, not followed`];
    const ends = new Map(
      [...this.#lineage.ambiguous.nodes, ...this.#lineage.nodes].map((node) => [node.id, node]),
    );
    return links.map((link) => {
      const far = ends.get(this.#lineage.direction === 'up' ? link.from : link.to);
      return words([far ? nodeLine(far, colors) : safe(link.from), linkText(link, colors)]);
    });
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: our own colours
const COLOURS = /\u001b\[\d+m/g;

function plain(text: string): string {
  return text.replace(COLOURS, '');
}

/** Returns the text for many similar nodes: number, name and statuses. */
function foldedLine(nodes: readonly LineageNode[]): string {
  const [first] = nodes;
  const count = `× ${nodes.length.toLocaleString('en-US')}`;
  if (first?.type === 'artifact')
    return words([count, `${first.kind}s`, endingOf(first.label), rangeText(nodes)]);
  const what =
    first?.type === 'run'
      ? (first.activity_type ?? 'removed run')
      : `execution of ${first?.workflow_type ?? '?'}`;
  return words([count, safe(what), statesText(nodes), rangeText(nodes)]);
}

function statesText(nodes: readonly LineageNode[]): string {
  const counts = new Map<string, number>();
  for (const node of nodes)
    if (node.type !== 'artifact') counts.set(node.status ?? '', (counts.get(node.status ?? '') ?? 0) + 1);
  counts.delete('completed');
  counts.delete('');
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
}

/** Returns the first and the last name, or scan id. */
function rangeText(nodes: readonly LineageNode[]): string {
  const scans = nodes.flatMap((node) =>
    node.type === 'run' && node.scan_id !== undefined ? [node.scan_id] : [],
  );
  if (scans.length > 1) return `scan ${Math.min(...scans)} … ${Math.max(...scans)}`;
  const [first, last] = [nodes[0], nodes.at(-1)];
  if (first?.type !== 'artifact' || last?.type !== 'artifact') return '';
  return `${safe(first.label)} … ${safe(last.label.split('/').at(-1)!)}`;
}
