/**
 * Lineage for people: the tree, then the code and the decisions behind all of it. Node only.
 * @module
 */
import type {
  Lineage,
  LineageArtifact,
  LineageDecision,
  LineageRun,
} from '../../../questions/lineage/lineage-answers';
import { size } from '../../../questions/shown/measures';
import { safe } from '../../../questions/shown/safe-text';
import { counted, instant } from '../../../questions/words';
import type { Style } from '../../io';
import { Page } from '../../terminal/page';
import { type Column, table } from '../../terminal/table';
import { programText } from './lines';
import { lineageTree } from './tree';

const PLAIN_WIDTH = 80;
/** The maximum number of lines for code, and for decisions. */
const MOST = 20;

/** Returns the lines of the answer. */
export function describeLineage(lineage: Lineage, given: Style): string[] {
  const style = { ...given, width: Number.isFinite(given.width) ? given.width : PLAIN_WIDTH };
  const page = new Page(style);
  page.add(lineageTree(lineage, style));
  const runs = lineage.nodes.filter((node) => node.type === 'run');
  code(page, runs);
  decisions(page, runs);
  return page.lines;
}

/** Adds each commit or environment once, with its number of runs. */
function code(page: Page, runs: readonly LineageRun[]): void {
  const environments = new Map<string, { run: LineageRun; count: number }>();
  for (const run of runs) {
    const id = run.code?.environment;
    if (id === undefined) continue;
    const known = environments.get(id);
    if (known) known.count += 1;
    else environments.set(id, { run, count: 1 });
  }
  if (environments.size === 0) return;
  page.section('code');
  for (const [id, { run, count }] of [...environments].slice(0, MOST)) {
    page.fact(id.replace(/^sha256:/, '').slice(0, 12), `${counted(count, 'run')}, ${programText(run.code!)}`);
  }
  if (environments.size > MOST) page.fact('…', `${environments.size - MOST} more environments`);
}

/** Adds the decisions from outside on the executions of the runs, each once. */
function decisions(page: Page, runs: readonly LineageRun[]): void {
  const all = new Map<string, { decision: LineageDecision; run: LineageRun }>();
  for (const run of runs)
    for (const decision of run.decisions ?? []) {
      const key = JSON.stringify([run.run_id, decision.kind, decision.name, decision.time]);
      if (!all.has(key)) all.set(key, { decision, run });
    }
  if (all.size === 0) return;
  page.section('decided');
  const shown = [...all.values()].sort((a, b) => a.decision.time - b.decision.time);
  for (const { decision, run } of shown.slice(0, MOST)) {
    const { kind, name, time, identity } = decision;
    const who = identity === undefined ? '' : ` by ${safe(identity)}`;
    page.fact(kind, `${safe(name ?? '')} ${instant(time)}${who}, ${safe(run.workflow_id ?? '')}`.trim());
  }
  if (all.size > MOST) page.fact('…', `${all.size - MOST} more decisions`);
}

/** Returns the input data, one per line. */
export function describeData(lineage: Lineage, style: Style): string[] {
  const data = lineage.nodes.filter((node) => node.type === 'artifact');
  const columns: Column<LineageArtifact>[] = [
    { title: 'DATA', text: ({ label }) => safe(label), least: 12, most: 60 },
    { title: 'TYPE', text: ({ kind }) => kind, drop: 1 },
    {
      title: 'DIGEST',
      text: ({ sha256, missing }) => sha256?.slice(0, 12) ?? `no digest${missing ? ` (${missing})` : ''}`,
      paint: (text) => style.colors.dim(text),
    },
    {
      title: 'SIZE',
      align: 'right',
      text: ({ size_bytes }) => (size_bytes === undefined ? '' : size(size_bytes)),
    },
    { title: 'FIRST SEEN', text: ({ time }) => instant(time), drop: 2 },
    { title: 'ORIGIN', text: ({ origin }) => origin ?? 'recorded' },
  ];
  return table(columns, data, style);
}
