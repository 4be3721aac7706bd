/**
 * Nodes of lineage in a line each: what it is, how it ended or how large it is, by which code. Node only.
 * @module
 */
import { shortUid } from '../../../model/ids';
import type {
  LineageArtifact,
  LineageCode,
  LineageExecution,
  LineageLink,
  LineageNode,
  LineageRun,
} from '../../../questions/lineage/lineage-answers';
import { size } from '../../../questions/shown/measures';
import { safe } from '../../../questions/shown/safe-text';
import { markOf } from '../../../questions/status';
import { instant } from '../../../questions/words';
import type { Colors } from '../../io';
import { paintStatus } from '../../terminal/status';
import { cutPath, widthOf } from '../../terminal/text';

/** Hex digits of a digest that people compare. */
const SHORT = 12;

/** Kinds that follow from what stands beside them: a file above a run was used by it, and made by the run below. */
const PLAIN_KINDS = new Set(['used', 'generated', 'informed']);

/**
 * A node's line, without how it is linked.
 * @param room columns that it may take: a long path is cut in front, and of data the size and the digest are left out first
 */
export function nodeLine(node: LineageNode, colors: Colors, room = Number.POSITIVE_INFINITY): string {
  switch (node.type) {
    case 'run':
      return runLine(node, colors);
    case 'artifact':
      return artifactLine(node, colors, room);
    case 'execution':
      return executionLine(node, colors);
  }
}

function runLine(run: LineageRun, colors: Colors): string {
  if (run.removed !== undefined)
    return `${colors.yellow('×')} ${safe(run.label)} ${colors.dim(safe(run.removed))}`;
  const { status = 'open', uid, scan_id, activity_type = '' } = run;
  return words([
    paintStatus(markOf(status), status, colors),
    colors.bold(safe(activity_type)),
    scan_id === undefined ? '' : `scan ${scan_id}`,
    colors.dim(shortUid(uid)),
    status === 'completed' ? '' : paintStatus(status, status, colors),
    codeText(run),
  ]);
}

/** The commit, else the environment, in few characters. */
export function codeText({ code }: Pick<LineageRun, 'code'>): string {
  if (!code) return '';
  if (code.commit !== undefined) return `code ${code.commit.slice(0, 8)}${code.dirty ? '+' : ''}`;
  const { environment } = code;
  return environment === undefined ? '' : `env ${environment.replace(/^sha256:/, '').slice(0, 8)}`;
}

/** Package and version of the program, its commit and where that is kept. */
export function programText({ package: name, version, commit, dirty, repository }: LineageCode): string {
  const program = name === undefined ? '' : `${safe([name, version].filter(Boolean).join(' '))}, `;
  if (commit === undefined) return `${program}no commit`;
  const where = repository ? ` of ${safe(repository)}` : '';
  return `${program}commit ${commit.slice(0, 12)}${dirty ? ' with changes' : ''}${where}`;
}

function artifactLine(artifact: LineageArtifact, colors: Colors, room: number): string {
  const { sha256, size_bytes, missing, origin } = artifact;
  const label = safe(artifact.label);
  const name = label.slice(label.lastIndexOf('/') + 1);
  const digest = sha256?.slice(0, SHORT) ?? `no digest${missing ? ` (${missing})` : ''}`;
  const bytes = size_bytes === undefined ? '' : size(size_bytes);
  const unknown = origin === undefined ? '' : 'origin unknown';
  const left = (facts: readonly string[]) => room - widthOf(words(['▪', '', ...facts])) - 1;
  const facts = [
    [digest, bytes, unknown],
    [digest, unknown],
    [sha256 === undefined ? digest : '', unknown],
  ].find((some) => widthOf(name) + 2 <= left(some)) ?? [unknown];
  const paint = (fact: string) => (fact === digest && sha256 !== undefined ? colors.dim(fact) : fact);
  const dressed = facts.map((fact) =>
    fact === bytes ? fact : fact === unknown ? colors.yellow(fact) : paint(fact),
  );
  return words([colors.cyan('▪'), cutPath(label, left(facts)), ...dressed]);
}

function executionLine(execution: LineageExecution, colors: Colors): string {
  const { workflow_id, workflow_type = '', status = 'open', time } = execution;
  return words([
    paintStatus(markOf(status), status, colors),
    'execution',
    colors.bold(safe(workflow_id)),
    safe(workflow_type),
    time === undefined ? '' : instant(time),
  ]);
}

/** How a node is linked to the one above it: `[uri]`, `[derived, declared]`. */
export function linkText({ kind, evidence }: LineageLink, colors: Colors): string {
  return colors.dim(`[${PLAIN_KINDS.has(kind) ? evidence : `${kind}, ${evidence}`}]`);
}

/** Words with a space between them, without those that are empty. */
export function words(parts: readonly string[]): string {
  return parts.filter(Boolean).join(' ');
}
