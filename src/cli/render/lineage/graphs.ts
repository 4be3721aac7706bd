/**
 * Lineage as Mermaid and Graphviz text. Node only.
 * @module
 */
import type { Lineage, LineageNode } from '../../../questions/lineage/lineage-answers';
import { safe } from '../../../questions/shown/safe-text';

/** Returns a Mermaid flowchart: data is rounded, runs are boxes, executions are hexagons. */
export function mermaid(lineage: Lineage): string[] {
  const names = namesOf(lineage);
  const lines = ['flowchart LR'];
  for (const node of lineage.nodes) {
    const [open, close] = MERMAID[node.type];
    lines.push(`  ${names.get(node.id)}${open}"${mermaidText(labelOf(node))}"${close}`);
  }
  for (const { from, to, kind, evidence } of lineage.links)
    lines.push(`  ${names.get(from)} -->|"${kind}, ${evidence}"| ${names.get(to)}`);
  return lines;
}

const MERMAID = {
  run: ['[', ']'],
  artifact: ['(', ')'],
  execution: ['{{', '}}'],
} as const;

/** Characters that end a text or start markup in Mermaid. */
function mermaidText(text: string): string {
  return text.replace(/[#"<>&`\\[\]{}|]/g, (sign) => `#${sign.charCodeAt(0)};`);
}

/** Returns a Graphviz digraph. */
export function dot(lineage: Lineage): string[] {
  const lines = ['digraph lineage {', '  rankdir=LR;', '  node [shape=box];'];
  for (const node of lineage.nodes)
    lines.push(`  ${quoted(node.id)} [label=${quoted(labelOf(node))}, shape=${DOT[node.type]}];`);
  for (const { from, to, kind, evidence } of lineage.links)
    lines.push(`  ${quoted(from)} -> ${quoted(to)} [label=${quoted(`${kind}, ${evidence}`)}];`);
  return [...lines, '}'];
}

const DOT = { run: 'box', artifact: 'note', execution: 'hexagon' } as const;

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function labelOf(node: LineageNode): string {
  const digest = node.type === 'artifact' && node.sha256 !== undefined ? ` ${node.sha256.slice(0, 12)}` : '';
  return safe(`${node.label}${digest}`);
}

/** Returns short names that are not keywords of either program. */
function namesOf({ nodes, links }: Lineage): Map<string, string> {
  const ids = new Set([...nodes.map(({ id }) => id), ...links.flatMap(({ from, to }) => [from, to])]);
  return new Map([...ids].map((id, at) => [id, `n${at}`]));
}
