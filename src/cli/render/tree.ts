/**
 * The runs and children of an execution as a tree; the attempts of an activity are one line. A long tree shows the first, the
 * last and the failed ones. Node only.
 * @module
 */

import type { RunRecord } from '../../model/documents';
import { shortUid } from '../../model/ids';
import { span } from '../../questions/shown/measures';
import { safe } from '../../questions/shown/safe-text';
import {
  activitiesOf,
  endOf,
  errorOf,
  executionStatus,
  isFailure,
  markOf,
  secondsOf,
  statusOf,
  toneOf,
} from '../../questions/status';
import type { ExecutionTree } from '../../questions/stories/execution-story';
import { instant } from '../../questions/words';
import type { Style } from '../io';
import { paintStatus } from '../terminal/status';
import { cutPainted, pad, widthOf } from '../terminal/text';

/** The maximum number of lines for one execution before lines are omitted. */
const ROOM = 12;
const MAX_NAME = 32;

/** A line of the tree, and the lines below it. */
interface Branch {
  time: number;
  failed: boolean;
  line: string;
  below: string[];
}

/** Returns the lines of the tree. `room`: the lines for the runs and children of one execution. */
export function treeLines(tree: ExecutionTree, style: Style, room = ROOM): string[] {
  return branchLines(tree, style, room).map((line) => cutPainted(line, style.width));
}

function branchLines(tree: ExecutionTree, style: Style, room: number): string[] {
  const activities = activitiesOf(tree.runs);
  if (activities.length + tree.children.length === 0) return [style.colors.dim('none recorded')];
  const widest = Math.max(0, ...activities.map(([run]) => widthOf(safe(run!.start.temporal.activity_type))));
  const name = Math.min(MAX_NAME, widest);
  const branches: Branch[] = [
    ...activities.map((attempts) => runBranch(attempts, name, style)),
    ...tree.children.map((child) => childBranch(child, style, room)),
  ].sort((a, b) => a.time - b.time);
  const lines: string[] = [];
  let left: Branch[] = [];
  const flush = (): void => {
    if (left.length === 0) return;
    const failed = left.filter((branch) => branch.failed).length;
    lines.push(style.colors.dim(`… ${left.length} more${failed > 0 ? `, ${failed} failed` : ''} (--all)`));
    left = [];
  };
  const kept = keptOf(branches, room);
  for (const branch of branches) {
    if (!kept.has(branch)) {
      left.push(branch);
      continue;
    }
    flush();
    lines.push(branch.line, ...branch.below.map((line) => `  ${line}`));
  }
  flush();
  return lines;
}

/** Keeps the first two, the last two, and as many failed ones as there is room for. */
function keptOf(branches: readonly Branch[], room: number): ReadonlySet<Branch> {
  if (branches.length <= room) return new Set(branches);
  const kept = new Set([...branches.slice(0, 2), ...branches.slice(-2)]);
  for (const branch of branches.filter(({ failed }) => failed)) {
    if (kept.size >= room) break;
    kept.add(branch);
  }
  return kept;
}

function runBranch(attempts: readonly RunRecord[], nameWidth: number, { colors }: Style): Branch {
  const run = attempts.at(-1)!;
  const { start } = run;
  const status = statusOf(run);
  const seconds = secondsOf(run);
  const error = isFailure(run) ? errorOf(run) : undefined;
  const words = [
    paintStatus(markOf(status), status, colors),
    pad(safe(start.temporal.activity_type), nameWidth),
    colors.dim(shortUid(start.uid)),
    start.scan_id === undefined ? '' : `scan ${start.scan_id}`,
    paintStatus(status, status, colors),
    seconds === undefined ? '' : span(seconds),
    attempts.length > 1 ? colors.yellow(`${attempts.length} attempts`) : '',
    start.provenance.origin ? colors.dim(`from ${start.provenance.origin}`) : '',
    error ? colors.red(safe(`${error.type}: ${error.message}`)) : '',
  ];
  return {
    time: attempts[0]!.start.time,
    failed: isFailure(run),
    line: words.filter(Boolean).join('  '),
    below: [],
  };
}

function childBranch(child: ExecutionTree, style: Style, room: number): Branch {
  const { colors } = style;
  const { start } = child.execution;
  const status = executionStatus(child.execution);
  const end = endOf(child.execution);
  const words = [
    paintStatus(markOf(status), status, colors),
    `${colors.bold(safe(start.workflow_id))} ${colors.dim('child')} ${safe(start.workflow_type)}`,
    paintStatus(status, status, colors),
    end ? span(end.close_time - start.start_time) : `since ${instant(start.start_time)}`,
  ];
  const below =
    child.runs.length + child.children.length > 0
      ? branchLines(child, style, Number.isFinite(room) ? Math.max(4, room >> 1) : room)
      : [];
  return { time: start.start_time, failed: toneOf(status) === 'bad', line: words.join('  '), below };
}
