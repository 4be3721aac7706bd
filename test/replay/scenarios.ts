/** Runs the replay workflows with and without the plugin, and replays their histories both ways. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporal } from '@temporalio/proto';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { makeClient, nativeConnection, quietLogger, temporaryStore, unique } from '../plugin/harness';
import * as activities from './fixtures/activities';

export type Mode = 'bare' | 'with';
export type History = temporal.api.history.v1.IHistory;
type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

const workflowsPath = join(__dirname, 'fixtures', 'workflows.ts');
const historiesFolder = join(__dirname, '..', 'fixtures', 'histories');

/** Workflow types, and what they come to without the plugin. */
export const SCENARIOS: { [workflowType: string]: unknown } = {
  completionAndTimer: ['activity', 'second activity', 'timer'],
  failingUnawaited: 'task failed',
  failingAwaitedLate: 'task failed',
  awaitedLate: 'early',
  cancelled: 'cancelled',
  surfaces: ['local', 'child 1', 'false'],
};

const bundles = new Map<Mode, Promise<{ code: string }>>();

export function bundleOf(mode: Mode): Promise<{ code: string }> {
  const plugins = mode === 'with' ? [new ProvenancePlugin({ environment: false })] : [];
  if (!bundles.has(mode))
    bundles.set(mode, bundleWorkflowCode({ workflowsPath, plugins, logger: quietLogger() }));
  return bundles.get(mode)!;
}

export interface Performed {
  outcome: unknown;
  history: History;
}

type More = { maxCachedWorkflows?: number };

/** Runs one workflow; its outcome and history. A workflow task that keeps failing is an outcome too. */
export async function perform(workflowType: string, mode: Mode, more: More = {}): Promise<Performed> {
  const stage = await makeStage(mode, more);
  const { client, taskQueue } = stage;
  const workflowId = unique(workflowType);
  return (await stage.worker()).runUntil(async () => {
    const handle = await client.workflow.start(workflowType, { taskQueue, workflowId });
    const stop = new AbortController();
    const outcome = await Promise.race([handle.result(), failedTask(handle, stop.signal)]);
    stop.abort();
    if (outcome === 'task failed') await handle.terminate();
    return { outcome, history: await client.workflow.getHandle(workflowId).fetchHistory() };
  });
}

/** As {@link perform}, but no workflow worker is there while what the first task started comes to its end. */
export async function performInOneTask(
  workflowType: string,
  mode: Mode,
  more: More = {},
): Promise<Performed> {
  const stage = await makeStage(mode, more);
  const { client, taskQueue } = stage;
  const workflowId = unique(workflowType);
  return (await stage.activityWorker()).runUntil(async () => {
    const handle = await client.workflow.start(workflowType, { taskQueue, workflowId });
    const until = async (has: (event: HistoryEvent) => unknown): Promise<void> => {
      while (!(await handle.fetchHistory()).events?.some(has)) await pause();
    };
    await (await stage.worker()).runUntil(() => until((event) => event.timerStartedEventAttributes));
    await until((event) => event.timerFiredEventAttributes);
    await until((event) => event.activityTaskCompletedEventAttributes);
    const outcome = await (await stage.worker()).runUntil(() => handle.result());
    return { outcome, history: await handle.fetchHistory() };
  });
}

async function makeStage(mode: Mode, more: More) {
  const plugin = new ProvenancePlugin({ environment: false, store: temporaryStore() });
  const shared = { connection: await nativeConnection(), plugins: mode === 'with' ? [plugin] : [] };
  const taskQueue = unique('replay');
  const workflowBundle = await bundleOf(mode);
  return {
    taskQueue,
    client: await makeClient(),
    worker: () => Worker.create({ ...shared, ...more, taskQueue, activities, workflowBundle }),
    activityWorker: () => Worker.create({ ...shared, taskQueue: `${taskQueue}-activities`, activities }),
  };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

/** Resolves when a workflow task has failed. */
async function failedTask(handle: { fetchHistory(): Promise<History> }, stop: AbortSignal): Promise<string> {
  while (!stop.aborted) {
    const { events } = await handle.fetchHistory();
    if (events?.some((event) => event.workflowTaskFailedEventAttributes)) return 'task failed';
    await pause();
  }
  return 'stopped';
}

/** Replays a history; undefined, or what went wrong. */
export async function replay(history: History, mode: Mode): Promise<string | undefined> {
  const plugins = mode === 'with' ? [new ProvenancePlugin({ environment: false })] : [];
  const workflowBundle = await bundleOf(mode);
  try {
    await Worker.runReplayHistory({ workflowBundle, plugins }, history);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** Histories that are kept: `<workflow type>.<mode>.bin`. */
export function keptHistories(): { name: string; workflowType: string; mode: Mode; history: History }[] {
  return readdirSync(historiesFolder)
    .filter((name) => name.endsWith('.bin'))
    .map((name) => {
      const [workflowType, , mode] = name.split('.') as [string, string, Mode];
      const history = temporal.api.history.v1.History.decode(readFileSync(join(historiesFolder, name)));
      return { name, workflowType, mode, history };
    });
}

export function historyPath(workflowType: string, version: string, mode: Mode): string {
  return join(historiesFolder, `${workflowType}.${version.replaceAll('.', '-')}.${mode}.bin`);
}
