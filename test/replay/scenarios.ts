/** Workflows whose histories are easy to disturb: what they come to, and what is done to them from outside. */
import type { WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { type History, pause, type Stage, unique } from './stage';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

export interface Scenario {
  /** What it comes to without the plugin. */
  outcome: unknown;
  args?: (stage: Stage) => unknown[];
  /** Run ids to be kept, where these are not those of its chain. */
  drive?: (handle: WorkflowHandle, stage: Stage) => Promise<string[] | undefined>;
}

/** By workflow type. */
export const SCENARIOS: { [workflowType: string]: Scenario } = {
  completionAndTimer: { outcome: ['activity', 'second activity', 'timer'] },
  failingUnawaited: { outcome: 'task failed' },
  failingAwaitedLate: { outcome: 'task failed' },
  awaitedLate: { outcome: 'early' },
  cancelled: { outcome: 'cancelled' },
  surfaces: { outcome: ['local', 'child 1', 'false'] },
  described: { outcome: ['set', 'scope', 'inner, local', 'child'] },
  signalled: { outcome: ['signal 1', 'signal 2', 'main'], drive: signalTwice },
  updated: { outcome: ['exposed 1 s', 'exposed 2 s'], drive: update },
  questioned: { outcome: ['exposed 1 s', 'exposed 2 s'], drive: ask },
  cancelRequested: { outcome: 'Workflow execution cancelled', drive: cancel },
  chained: { outcome: 'round 2' },
  failedChild: { outcome: ['child failed', 'after'] },
  timedOut: { outcome: 'timed out' },
  localBackOff: { outcome: 'second attempt' },
  resetting: { outcome: ['first', 'second'], drive: reset },
  handedOn: { outcome: 'carried', args: ({ endpoint }) => [{ endpoint, update: true }], drive: takeOne },
  operated: { outcome: 'said', args: ({ endpoint }) => [endpoint] },
};

export interface Performed {
  outcome: unknown;
  /** Of each run of the chain, the first one first. */
  histories: History[];
}

/** Runs one workflow. A workflow task that keeps failing is an outcome too. */
export async function perform(workflowType: string, stage: Stage): Promise<Performed> {
  const { client, taskQueue } = stage;
  const scenario: Partial<Scenario> = SCENARIOS[workflowType] ?? {};
  const workflowId = unique(workflowType);
  const args = scenario.args?.(stage) ?? [];
  const handle = await client.workflow.start(workflowType, { taskQueue, workflowId, args });
  const stop = new AbortController();
  const driven = scenario.drive?.(handle, stage);
  // A reset ends the run that was started, and another one gives the result.
  const result = driven?.then(() => client.workflow.getHandle(workflowId).result()) ?? handle.result();
  const outcome = await Promise.race([result.catch(messageOf), failedTask(handle, stop.signal)]);
  stop.abort();
  if (outcome === 'task failed') await handle.terminate();
  const runs = (await driven) ?? [handle.firstExecutionRunId];
  return { outcome, histories: await chainOf(stage, workflowId, runs) };
}

/**
 * As {@link perform}, but no workflow worker is there while what the first task started comes to its end. Again, until
 * both ends came in one task: a worker that is slow to end may have taken the first.
 */
export async function performInOneTask(workflowType: string, stage: Stage): Promise<Performed> {
  const activityWorker = await stage.activityWorker();
  return activityWorker.runUntil(async () => {
    for (;;) {
      const performed = await performApart(workflowType, stage);
      if (hasBothInOneTask(performed.histories[0]!)) return performed;
    }
  });
}

async function performApart(workflowType: string, stage: Stage): Promise<Performed> {
  const { client, taskQueue } = stage;
  const handle = await client.workflow.start(workflowType, { taskQueue, workflowId: unique(workflowType) });
  const has = (what: (event: HistoryEvent) => unknown) => until(handle, (events) => events.some(what));
  await (await stage.worker()).runUntil(() => has((event) => event.timerStartedEventAttributes));
  await has((event) => event.timerFiredEventAttributes);
  await has((event) => event.activityTaskCompletedEventAttributes);
  const outcome = await (await stage.worker()).runUntil(() => handle.result());
  return { outcome, histories: [await handle.fetchHistory()] };
}

/** True when a workflow task was given both an activity's completion and a timer. */
export function hasBothInOneTask(history: History): boolean {
  let given = { activity: false, timer: false };
  for (const event of history.events ?? []) {
    if (event.activityTaskCompletedEventAttributes) given.activity = true;
    if (event.timerFiredEventAttributes) given.timer = true;
    if (!event.workflowTaskStartedEventAttributes) continue;
    if (given.activity && given.timer) return true;
    given = { activity: false, timer: false };
  }
  return false;
}

async function chainOf({ client }: Stage, workflowId: string, runs: string[]): Promise<History[]> {
  const histories: History[] = [];
  for (let runId = runs.shift(); runId; runId = next(histories.at(-1)) ?? runs.shift()) {
    histories.push(await client.workflow.getHandle(workflowId, runId).fetchHistory());
  }
  return histories;
}

function next(history: History | undefined): string | undefined {
  const last = history?.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
  return last?.newExecutionRunId ?? undefined;
}

async function signalTwice(handle: WorkflowHandle): Promise<undefined> {
  await handle.signal('go');
  await until(handle, (events) => events.some((event) => event.activityTaskCompletedEventAttributes));
  await handle.signal('go');
}

async function update(handle: WorkflowHandle): Promise<undefined> {
  await handle.executeUpdate('expose', { args: [1] });
  await handle.executeUpdate('expose', { args: [-1] }).catch(() => undefined);
  await handle.executeUpdate('expose', { args: [2] });
}

async function takeOne(handle: WorkflowHandle): Promise<undefined> {
  await handle.executeUpdate('take');
}

async function ask(handle: WorkflowHandle): Promise<undefined> {
  await handle.query('look');
  await handle.executeUpdate('expose', { args: [-1] }).catch(() => undefined);
  await handle.executeUpdate('expose', { args: [1] });
  await handle.query('look');
  await handle.executeUpdate('expose', { args: [2] });
}

const STARTED = temporal.api.enums.v1.PendingActivityState.PENDING_ACTIVITY_STATE_STARTED;

async function cancel(handle: WorkflowHandle): Promise<undefined> {
  const hasStarted = async () => {
    const { pendingActivities } = (await handle.describe()).raw;
    return pendingActivities?.some(({ state }) => state === STARTED);
  };
  while (!(await hasStarted())) await pause();
  await handle.cancel();
}

/** Back to where its first step was done. */
async function reset(handle: WorkflowHandle, { client }: Stage): Promise<string[]> {
  const completed = (event: HistoryEvent) => event.workflowTaskCompletedEventAttributes;
  await until(handle, (events) => events.filter(completed).length >= 2);
  const { events } = await handle.fetchHistory();
  const first = (handle as { firstExecutionRunId?: string }).firstExecutionRunId!;
  const { runId } = await client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: handle.workflowId, runId: first },
    reason: 'once more',
    requestId: unique('reset'),
    workflowTaskFinishEventId: events!.findLast(completed)!.eventId!,
  });
  await client.workflow.getHandle(handle.workflowId, runId).signal('go');
  return [first, runId];
}

async function until(handle: WorkflowHandle, holds: (events: HistoryEvent[]) => boolean): Promise<void> {
  while (!holds((await handle.fetchHistory()).events ?? [])) await pause();
}

function messageOf(error: Error): string {
  return error.message;
}

const FAULT =
  temporal.api.enums.v1.WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE;

/** Resolves when a workflow task has failed by a fault in the workflow: not by a reset, not by an event that came meanwhile. */
async function failedTask(handle: WorkflowHandle, stop: AbortSignal): Promise<string> {
  while (!stop.aborted) {
    const { events } = await handle.fetchHistory();
    const failures = events?.flatMap((event) => event.workflowTaskFailedEventAttributes ?? []) ?? [];
    if (failures.some(({ cause }) => cause === FAULT)) return 'task failed';
    await pause();
  }
  return 'stopped';
}
