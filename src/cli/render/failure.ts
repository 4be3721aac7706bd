/**
 * The failure of an execution: the run, its error with causes, host, code and arguments. Node only.
 * @module
 */

import { shortUid } from '../../model/ids';
import type { Json } from '../../model/json';
import { REFUSAL_TYPE } from '../../model/not-run';
import { span } from '../../questions/shown/measures';
import { dataText } from '../../questions/shown/recorded-values';
import { safe } from '../../questions/shown/safe-text';
import { endOf, errorOf, executionStatus, markOf, secondsOf, statusOf, toneOf } from '../../questions/status';
import {
  type Culprit,
  type ExecutionStory,
  type ExecutionTree,
  treesOf,
} from '../../questions/stories/execution-story';
import { isProblem } from '../../questions/stories/run-words';
import { shortBuild } from '../../questions/words';
import type { Page } from '../terminal/page';
import { paintStatus } from '../terminal/status';
import { environmentLines } from './environment';
import { logLines } from './progress';
import { errorLines } from './values';

const LOG_TAIL = 3;
const MAX_REFUSALS = 3;

/** Adds the section, if anything failed. */
export function failure(page: Page, story: ExecutionStory): void {
  const { tree, culprit } = story;
  const error = endOf(tree.execution)?.error;
  const failed = toneOf(executionStatus(tree.execution)) === 'bad';
  const refusals = treesOf(tree).flatMap((one) => one.refusals);
  if (!failed && !culprit && refusals.length === 0) return;
  page.section(failed ? 'what failed' : 'failed, but the execution went on');
  if (culprit) describeCulprit(page, culprit, story);
  else if (error) errorLines(page, error);
  for (const { document, issues } of refusals.slice(0, MAX_REFUSALS)) {
    const places = issues.map(({ path, message }) => `${path.join('.') || 'metadata'}: ${message}`);
    page.fact('refused', safe(`${activityOf(document)}: ${places.join('; ')}`), page.style.colors.red);
  }
  if (refusals.length > MAX_REFUSALS) page.fact('', `… ${refusals.length - MAX_REFUSALS} more refusals`);
  if (culprit || !failed) return;
  const thrown = error && error.type !== REFUSAL_TYPE && refusals.length === 0;
  if (thrown) page.fact('where', "in the workflow's own code, or before any activity was recorded");
  if (story.environment) codeFacts(page, story.environment);
}

function describeCulprit(page: Page, culprit: Culprit, { tree }: ExecutionStory): void {
  const { colors } = page.style;
  const { run, attempts } = culprit;
  const { start } = run;
  const status = statusOf(run);
  const seconds = secondsOf(run);
  const words = [
    colors.bold(safe(start.temporal.activity_type)),
    start.scan_id === undefined ? '' : `scan ${start.scan_id}`,
    colors.bold(shortUid(start.uid)),
    attempts.length > 1 ? `attempt ${start.temporal.attempt}` : '',
    paintStatus(status, status, colors),
    seconds === undefined ? '' : span(seconds),
  ];
  page.line(`  ${paintStatus(markOf(status), status, colors)} ${words.filter(Boolean).join(' · ')}`);
  if (culprit.tree !== tree) page.fact('in child', safe(culprit.tree.execution.start.workflow_id));
  const error = errorOf(run);
  if (error) errorLines(page, error);
  whereFacts(page, culprit);
  if (culprit.environment) codeFacts(page, culprit.environment);
  else page.fact('code', 'not captured');
  const { args } = start.temporal;
  page.fact('arguments', args.length === 0 ? 'none' : args.map(dataText).join(', '));
  page.fact('results of', predecessorsOf(culprit, tree));
  earlierAttempts(page, culprit);
  if (culprit.checkpoints > 0)
    page.fact('checkpoints', `${culprit.checkpoints} (show ${shortUid(start.uid)} --checkpoints)`);
  lastWords(page, culprit);
}

function whereFacts(page: Page, { run, session }: Culprit): void {
  const { worker, task_queue } = run.start.temporal;
  const host = safe(worker.host ?? 'unknown host');
  const words = [
    session?.user ? `${safe(session.user)}@${host}` : host,
    session ? `pid ${session.pid}` : '',
    `queue ${safe(task_queue)}`,
    worker.build_id ? `build ${safe(shortBuild(worker.build_id))}` : '',
  ];
  page.fact('where', words.filter(Boolean).join(', '));
  const usual = session ? `${session.pid}@${worker.host}` : undefined;
  if (worker.identity !== usual) page.fact('worker', safe(worker.identity ?? ''));
}

/** Adds the commit and changes, image, packages and runtime. */
function codeFacts(page: Page, environment: Parameters<typeof environmentLines>[0]): void {
  const facts = new Map(environmentLines(environment, page.style.colors));
  page.fact('code', facts.get('git') ?? 'commit unknown');
  page.fact('image', facts.get('image'));
  page.fact('runtime', [facts.get('runtime'), facts.get('packages')].filter(Boolean).join(' · '));
}

/** Returns the runs whose results it received. */
function predecessorsOf({ run }: Culprit, tree: ExecutionTree): string {
  const runs = treesOf(tree).flatMap((one) => one.runs);
  const named = (run.start.provenance.predecessors ?? []).map(({ uid, activity_id }) => {
    const from = runs.find(({ start }) => start.uid === uid);
    if (!from) return uid ? shortUid(uid) : `activity ${safe(activity_id ?? '')}`;
    return `${safe(from.start.temporal.activity_type)} ${shortUid(from.start.uid)}`;
  });
  return named.join(', ');
}

function earlierAttempts(page: Page, { run, attempts }: Culprit): void {
  const before = attempts.filter(({ start }) => start.uid !== run.start.uid);
  const last = before.at(-1);
  if (!last) return;
  const error = errorOf(last);
  const said = error ? `: ${safe(error.type)}: ${safe(error.message)}` : '';
  const more = before.length > 1 ? `${before.length} attempts, the last ` : '';
  page.fact('retry of', `${more}${shortUid(last.start.uid)} ${statusOf(last)}${said}`);
}

/** Adds the last lines that it logged: warnings and errors if there are any. */
function lastWords(page: Page, { log }: Culprit): void {
  if (log.length === 0) return;
  const problems = log.filter(({ level }) => isProblem(level));
  page.fact('log', logTitle(log.length, problems.length));
  page.add(logLines((problems.length > 0 ? problems : log).slice(-LOG_TAIL), page.style));
}

function activityOf(document: string): string {
  const { temporal } = JSON.parse(document) as { temporal?: { activity_type?: Json } };
  return typeof temporal?.activity_type === 'string' ? temporal.activity_type : 'a run';
}

function logTitle(lines: number, problems: number): string {
  const count = lines === 1 ? '1 line' : `${lines} lines`;
  return problems > 0 ? `${count}; warnings and errors:` : `${count}; the last:`;
}
