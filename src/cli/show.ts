/**
 * `show RUN` and `show EXECUTION`: one run, or one execution with its runs and children, as a person would read it. Node only.
 * @module
 */

import type { Command } from 'commander';
import type { RunRecord } from '../model/documents';
import type { ExecutionRecord } from '../model/execution';
import type { Store } from '../store/store';
import type { Context } from './context';
import { environmentOf } from './environment-of';
import { findSubject, SUBJECT_ARGUMENT, type Wanted } from './execution-reference';
import { type ExecutionStory, type ExecutionTree, storyOf } from './execution-story';
import { describeExecution } from './render/execution';
import { describeRun, type RunStory } from './render/run';
import { jsonLine } from './render/text';
import type { ExitCode, Verb } from './verb';

interface ShowOptions extends Wanted {
  all?: boolean;
  checkpoints?: boolean;
  log?: boolean;
}

export const show: Verb = {
  describe: (command: Command) =>
    command
      .description('describe one run, or one execution with its runs and children')
      .argument('<which>', SUBJECT_ARGUMENT)
      .option('--all', 'of an execution: every run, child and decision')
      .option('--checkpoints', 'of a run: every checkpoint')
      .option('--log', 'what it logged')
      .option('--run', 'the word names a run')
      .option('--execution', 'the word names an execution'),
  example: 'show -1',
  run: (context, [word], options) =>
    context.withStore<ExitCode>(async (store) => {
      const subject = await findSubject(context, store, word!, options as Wanted);
      if ('run' in subject) await showRun(context, store, subject.run, options);
      else await showExecution(context, store, subject.execution, options);
      return 0;
    }),
};

async function showRun(context: Context, store: Store, run: RunRecord, options: ShowOptions): Promise<void> {
  const { uid } = run.start;
  if (!context.options.json) {
    context.print(describeRun(await runStoryOf(store, run, options), context.style));
    return;
  }
  const checkpoints = options.checkpoints && {
    checkpoints: await store.checkpoints(uid),
    checkpoints_before: (await segmentsBefore(store, run, await store.attempts(uid))).map(
      ({ uid: run_start, ...of }) => ({ run_start, ...of }),
    ),
  };
  const log = options.log && { log: await store.log({ run_start: uid }) };
  const late = await store.lateReports({ run_start: uid });
  context.print(jsonLine({ ...run, ...(late.length > 0 && { late_reports: late }), ...checkpoints, ...log }));
}

async function runStoryOf(store: Store, run: RunRecord, options: ShowOptions): Promise<RunStory> {
  const { session } = run.start.provenance;
  const attempts = await store.attempts(run.start.uid);
  return {
    run,
    attempts,
    environment: await environmentOf(store, run),
    session: session ? await store.session(session) : null,
    late: await store.lateReports({ run_start: run.start.uid }),
    progress: {
      before: await segmentsBefore(store, run, attempts),
      checkpoints: await store.checkpoints(run.start.uid),
      log: await store.log({ run_start: run.start.uid }),
      all_checkpoints: options.checkpoints === true,
      all_log: options.log === true,
    },
  };
}

/** Checkpoints of the attempts before this one, of those that left any. */
async function segmentsBefore(store: Store, { start }: RunRecord, attempts: readonly RunRecord[]) {
  const own = attempts.findIndex((one) => one.start.uid === start.uid);
  const told = await Promise.all(
    attempts.slice(0, Math.max(0, own)).map(async ({ start: { uid, temporal } }) => ({
      uid,
      attempt: temporal.attempt,
      checkpoints: await store.checkpoints(uid),
    })),
  );
  return told.filter(({ checkpoints }) => checkpoints.length > 0);
}

async function showExecution(
  context: Context,
  store: Store,
  execution: ExecutionRecord,
  options: ShowOptions,
): Promise<void> {
  const story = await storyOf(store, execution);
  if (context.options.json) context.print(jsonLine(documentOf(story)));
  else {
    const extent = { all: options.all === true, log: options.log === true };
    context.print(describeExecution(story, context.style, extent));
  }
}

/** Everything that is known, as one JSON object. */
function documentOf({ tree, chain, log, late, culprit, truncated }: ExecutionStory) {
  return {
    ...treeDocument(tree),
    log,
    ...(late.length > 0 && { late_reports: late }),
    chain: chain.map(({ start }) => start.run_id),
    ...(culprit && { failed: culprit.run.start.uid }),
    ...(truncated && { truncated }),
  };
}

function treeDocument({ execution, runs, decisions, refusals, children }: ExecutionTree): object {
  return { ...execution, runs, decisions, refusals, children: children.map(treeDocument) };
}
