/**
 * One execution for people: first what failed, then its facts, its runs and children, the decisions on it, and its chain.
 * Node only.
 * @module
 */

import type { RunRecord } from '../../model/documents';
import type { ExecutionRecord } from '../../model/execution';
import { shortUid } from '../../model/ids';
import { span } from '../../questions/shown/measures';
import { dataText } from '../../questions/shown/recorded-values';
import { safe } from '../../questions/shown/safe-text';
import { activitiesOf, endOf, executionStatus, markOf } from '../../questions/status';
import { type ExecutionStory, type ExecutionTree, MAX_RUNS } from '../../questions/stories/execution-story';
import { metadataRows } from '../../questions/stories/metadata-rows';
import { callerText, lateText, reporterText, scheduleText } from '../../questions/stories/run-words';
import { instant, shortBuild } from '../../questions/words';
import type { Style } from '../io';
import { Page } from '../terminal/page';
import { paintStatus } from '../terminal/status';

import { failure } from './failure';
import { metadataLines } from './metadata';
import { logLines } from './progress';
import { timeLine } from './time-line';
import { treeLines } from './tree';

/** The extent of the description. */
interface Extent {
  /** Show every run, child and decision. */
  all: boolean;
  /** Show every line that the workflow logged. */
  log: boolean;
}

const METADATA_LINES = 6;

/** Returns the lines of the description. */
export function describeExecution(story: ExecutionStory, style: Style, extent: Extent): string[] {
  const page = new Page(style);
  const { tree } = story;
  heading(page, tree.execution);
  failure(page, story);
  page.section('execution');
  facts(page, story);
  metadata(page, tree.runs, extent);
  page.section(`runs${countsOf(tree)}`);
  page.add(treeLines(tree, page.inner, extent.all ? Number.POSITIVE_INFINITY : undefined).map(indented));
  timeLine(page, tree, extent.all);
  log(page, story, extent.log);
  if (story.truncated) page.add(['', `The tree was cut: at most ${MAX_RUNS} of its runs are read.`]);
  return page.lines;
}

function heading(page: Page, execution: ExecutionRecord): void {
  const { colors } = page.style;
  const { start } = execution;
  const status = executionStatus(execution);
  const end = endOf(execution);
  const took = end ? ` · ${span(end.close_time - start.start_time)}` : '';
  const mark = paintStatus(markOf(status), status, colors);
  page.line(
    `${mark} ${colors.bold(safe(start.workflow_id))} · ${colors.bold(safe(start.workflow_type))} · ${paintStatus(status, status, colors)}${took}`,
  );
}

function facts(page: Page, story: ExecutionStory): void {
  const { tree, chain, culprit } = story;
  const { start, settled, observed } = tree.execution;
  const end = endOf(tree.execution);
  page.fact(
    'when',
    end
      ? `${instant(start.start_time)} → ${instant(end.close_time)} (${safe(reporterText(settled))})`
      : `${instant(start.start_time)} → still open`,
  );
  if (settled && observed && settled.status !== observed.status) page.fact('worker saw', observed.status);
  for (const report of story.late) page.fact('late report', safe(lateText(report)));
  const build = start.build_id && !culprit ? `, build ${safe(shortBuild(start.build_id))}` : '';
  page.fact('run id', `${safe(start.run_id)}, queue ${safe(start.task_queue)}${build}`);
  if (start.namespace !== 'default') page.fact('namespace', safe(start.namespace));
  if (start.origin === 'history') page.fact('recorded by', 'backfill, from the history');
  const { parent, root } = start;
  if (parent) page.fact('child of', `${safe(parent.workflow_id)}, run id ${safe(parent.run_id)}`);
  if (start.caller) page.fact('called by', safe(callerText(start.caller)));
  if (root && root.run_id !== parent?.run_id && root.run_id !== start.run_id) {
    page.fact('root', `${safe(root.workflow_id)}, run id ${safe(root.run_id)}`);
  }
  if (start.schedule_id) page.fact('schedule', safe(scheduleText(start)));
  if (start.cron_schedule) page.fact('cron', safe(start.cron_schedule));
  chainFacts(page, tree.execution, chain);
  if (start.args?.length) page.fact('arguments', start.args.map(dataText).join(', '));
  if (end?.result?.length && !culprit) page.fact('result', end.result.map(dataText).join(', '));
}

/** Adds its place in the chain, and the executions before and after it. */
function chainFacts(
  page: Page,
  { start, ...record }: ExecutionRecord,
  chain: readonly ExecutionRecord[],
): void {
  const at = chain.findIndex((one) => one.start.run_id === start.run_id);
  const next = at < 0 ? undefined : chain[at + 1];
  const place = chain.length > 1 && at >= 0 ? ` (${at + 1} of ${chain.length} in its chain)` : '';
  if (start.reset_from) page.fact('reset from', `run id ${safe(start.reset_from)}`);
  if (start.continued_from) {
    const how = start.attempt > 1 ? `retry ${start.attempt - 1} of` : 'continues';
    page.fact(how, `run id ${safe(start.continued_from)}${place}`);
  } else if (start.attempt > 1) page.fact('attempt', String(start.attempt));
  if (next)
    page.fact(
      'continued as',
      `run id ${safe(next.start.run_id)}, ${executionStatus(next)}${start.continued_from ? '' : place}`,
    );
  else if (endOf({ start, ...record })?.continued_as)
    page.fact('continued as', 'a workflow run that is not recorded here');
}

/** Adds the fields that all runs share, or the number of values if they differ. */
function metadata(page: Page, runs: readonly RunRecord[], extent: Extent): void {
  const [first] = runs;
  if (!first) return;
  const rows = metadataRows(first.start).filter(({ field }) => !/^plan_(name|type|args)$/.test(field));
  const same = rows.map((row) => {
    const values = new Set(runs.map(({ start }) => JSON.stringify(start[row.field])));
    if (values.size === 1) return row;
    return { ...row, value: `${values.size} values`, source: undefined, shadowed: [] };
  });
  const shown = extent.all ? same : same.slice(0, METADATA_LINES);
  if (shown.length === 0) return;
  page.section('metadata of its runs');
  page.add(metadataLines(shown, page.inner).map(indented));
  if (shown.length < same.length)
    page.line(`  … ${same.length - shown.length} more: explain ${shortUid(first.start.uid)}`);
}

function countsOf({ runs, children }: ExecutionTree): string {
  const activities = activitiesOf(runs).length;
  const words = [`${activities} ${activities === 1 ? 'activity' : 'activities'}`];
  if (runs.length !== activities) words.push(`${runs.length} attempts`);
  if (children.length > 0) words.push(`${children.length} ${children.length === 1 ? 'child' : 'children'}`);
  return `: ${words.join(', ')}`;
}

function log(page: Page, { log: lines }: ExecutionStory, all: boolean): void {
  if (lines.length === 0) return;
  page.section(
    `log of the workflow: ${lines.length} ${lines.length === 1 ? 'line' : 'lines'}${all ? '' : ' (--log)'}`,
  );
  if (all) page.add(logLines(lines, page.style));
}

function indented(line: string): string {
  return `  ${line}`;
}
