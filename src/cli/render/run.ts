/**
 * One run for people: operator, activity, times, end, metadata with sources, data, code, attempts and links. Node only.
 * @module
 */

import type { RunRecord } from '../../model/documents';
import { shortUid } from '../../model/ids';
import type { Json } from '../../model/json';
import { size, span } from '../../questions/shown/measures';
import { dataText } from '../../questions/shown/recorded-values';
import { safe, valueText } from '../../questions/shown/safe-text';
import { markOf, secondsOf, statusOf } from '../../questions/status';
import { shortDigest } from '../../questions/stories/environments';
import { metadataRows } from '../../questions/stories/metadata-rows';
import type { RunStory } from '../../questions/stories/run-story';
import { callerText, endText, lateText, ORIGINS, scheduleText } from '../../questions/stories/run-words';
import { instant, shortBuild } from '../../questions/words';
import type { Style } from '../io';
import { Page } from '../terminal/page';
import { paintStatus } from '../terminal/status';
import { environmentLines } from './environment';
import { describeGiven, describeRunData } from './lineage/run-data';
import { metadataLines } from './metadata';
import { describeProgress, type ProgressExtent } from './progress';
import { errorLines } from './values';

/** Returns the lines of the description. */
export function describeRun(story: RunStory, style: Style, extent: ProgressExtent): string[] {
  const page = new Page(style);
  heading(page, story.run);
  when(page, story.run);
  where(page, story);
  ending(page, story.run);
  for (const report of story.late) page.fact('late report', safe(lateText(report)));
  resources(page, story.run);
  page.section('metadata');
  page.add(metadataLines(metadataRows(story.run.start), page.inner).map((line) => `  ${line}`));
  data(page, story);
  describeProgress(page, story.progress, extent);
  code(page, story);
  attempts(page, story);
  links(page, story);
  return page.lines;
}

function heading(page: Page, run: RunRecord): void {
  const { colors } = page.style;
  const { start } = run;
  const status = statusOf(run);
  const number = start.scan_id === undefined ? 'run' : `scan ${start.scan_id}`;
  const what = safe(start.temporal.activity_type);
  const plan =
    start.plan_name && start.plan_name !== start.temporal.activity_type ? ` in ${safe(start.plan_name)}` : '';
  page.add([
    `${paintStatus(markOf(status), status, colors)} ${colors.bold(number)} · ${colors.bold(what)}${plan} · ${paintStatus(status, status, colors)}`,
    '',
  ]);
  if (start.operator !== undefined) page.fact('who', valueText(start.operator as Json));
  page.fact('uid', `${start.uid.slice(0, -8)}${colors.bold(shortUid(start.uid))}`);
}

function when(page: Page, run: RunRecord): void {
  const { start, stop } = run;
  const end = stop ? ` → ${instant(stop.time, 'milliseconds')}` : ' → still open';
  page.fact('when', `${instant(start.time, 'milliseconds')}${end}${tookText(run)}`);
  const waited = start.time - start.temporal.scheduled_time;
  if (waited >= 1) page.fact('waited', `${span(waited)} after it was scheduled`);
}

/** Returns the time from start to end, and the time of the code if it differs. */
function tookText(run: RunRecord): string {
  if (!run.stop) return '';
  const whole = span(Math.max(0, run.stop.time - run.start.time));
  const code = span(secondsOf(run)!);
  return whole === code ? ` (${whole})` : ` (${whole}, code ${code})`;
}

function where(page: Page, { run, session }: RunStory): void {
  const { temporal, provenance } = run.start;
  const { worker } = temporal;
  const user = session?.user ? `${safe(session.user)}@` : '';
  const build = worker.build_id ? `, build ${safe(shortBuild(worker.build_id))}` : '';
  const pid = session ? `, pid ${session.pid}` : '';
  page.fact(
    'where',
    `${user}${safe(worker.host ?? worker.identity ?? '')}${pid}, queue ${safe(temporal.task_queue)}${build}`,
  );
  const local = temporal.is_local ? ', local' : '';
  page.fact('activity', `id ${safe(temporal.activity_id)}, attempt ${temporal.attempt}${local}`);
  if (temporal.workflow_id) {
    page.fact('workflow', `${safe(temporal.workflow_id)}, run id ${safe(temporal.run_id ?? '')}`);
  }
  page.fact('recorded by', ORIGINS[provenance.origin ?? '']);
  page.fact('scope', `lab ${safe(provenance.lab)}, namespace ${safe(temporal.namespace)}`);
}

function ending(page: Page, run: RunRecord): void {
  const { colors } = page.style;
  const { stop } = run;
  const end = endText(run);
  if (end) page.fact('ended', safe(end), (text) => paintStatus(text, statusOf(run), colors));
  const error = stop?.temporal?.error;
  if (error) errorLines(page, error);
  else if (stop?.reason) page.fact('reason', safe(stop.reason));
}

function resources(page: Page, run: RunRecord): void {
  const used = run.stop?.resources;
  if (!used) return;
  const words: string[] = [];
  const cpu = (used.cpu_user_ms ?? 0) + (used.cpu_system_ms ?? 0);
  if (used.cpu_user_ms !== undefined) words.push(`${span(cpu / 1000)} CPU`);
  if (used.max_rss_bytes !== undefined) words.push(`${size(used.max_rss_bytes)} peak memory`);
  if ((used.concurrent_runs ?? 1) > 1) words.push(`process shared by ${used.concurrent_runs} runs`);
  page.fact('used', words.join(', '));
}

function data(page: Page, { run, data: found }: RunStory): void {
  const { args } = run.start.temporal;
  const result = run.stop?.temporal?.result;
  if (args.length === 0 && result === undefined && !found) return;
  page.section('data');
  page.fact('arguments', args.length === 0 ? 'none' : args.map(dataText).join(', '));
  if (result !== undefined) page.fact('result', result.map(dataText).join(', '));
  if (found) describeRunData(page, found);
}

function code(page: Page, { run, environment }: RunStory): void {
  const id = run.start.provenance.environment;
  page.section('code');
  if (!environment) {
    page.fact('environment', id ? `${safe(shortDigest(id))}, not in this store` : 'not captured');
    return;
  }
  for (const [label, text] of environmentLines(environment, page.style.colors)) page.fact(label, text);
  page.fact('environment', `${safe(shortDigest(environment.id))} (details: env ${shortUid(run.start.uid)})`);
}

function attempts(page: Page, { run, attempts: all }: RunStory): void {
  if (all.length < 2) return;
  page.section('attempts');
  for (const attempt of all) {
    const status = statusOf(attempt);
    const { start } = attempt;
    const number = start.scan_id === undefined ? '' : `scan ${start.scan_id} `;
    const reason = attempt.stop?.reason ? `: ${safe(attempt.stop.reason)}` : '';
    const self = start.uid === run.start.uid ? ' ← this' : '';
    const line = `${number}${shortUid(start.uid)} ${instant(start.time)} ${status}${reason}${self}`;
    page.fact(`${markOf(status)} ${start.temporal.attempt}`, line, (text) =>
      paintStatus(text, status, page.style.colors),
    );
  }
}

function links(page: Page, { run, data: found }: RunStory): void {
  const { provenance, temporal } = run.start;
  const lines: [string, string][] = [];
  if (provenance.retry_of) lines.push(['retry of', shortUid(provenance.retry_of)]);
  const given = found?.given ?? [];
  // The derived links have more detail than the predecessors in the header.
  for (const from of given.length > 0 ? [] : (provenance.predecessors ?? [])) {
    lines.push([
      'result of',
      from.uid
        ? shortUid(from.uid)
        : `activity ${safe(from.activity_id ?? '')} of run id ${safe(from.run_id)}`,
    ]);
  }
  if (temporal.parent)
    lines.push(['child of', `${safe(temporal.parent.workflow_id)}, run id ${safe(temporal.parent.run_id)}`]);
  if (temporal.caller) lines.push(['called by', safe(callerText(temporal.caller))]);
  if (temporal.schedule_id) lines.push(['schedule', safe(scheduleText(temporal))]);
  if (temporal.trace_id) {
    const span = temporal.span_id ? `, span ${safe(temporal.span_id)}` : '';
    lines.push(['trace', `${safe(temporal.trace_id)}${span}`]);
  }
  if (provenance.issues?.length) lines.push(['broken rules', provenance.issues.map(issueText).join('; ')]);
  if (provenance.unvalidated) lines.push(['unvalidated', safe(provenance.unvalidated)]);
  if (lines.length === 0 && given.length === 0) return;
  page.section('links');
  if (found) describeGiven(page, found);
  for (const [label, text] of lines) page.fact(label, text);
}

function issueText({ path, message }: { path: (string | number)[]; message: string }): string {
  return safe(`${path.join('.')}: ${message}`);
}
