/** However often a sink fires, an execution is one record. */
import { temporal } from '@temporalio/proto';
import {
  type BundlerPlugin,
  bundleWorkflowCode,
  type InjectedSinks,
  Worker,
  type WorkerOptions,
  type WorkerPlugin,
} from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { expect, test } from 'vitest';
import { type ProvenanceSinks, SINK_NAME } from '../../interceptors/workflow/sinks';
import type { ExecutionRecord } from '../../src/model/execution';
import {
  makeClient,
  quietLogger,
  reading,
  recording,
  runsOf,
  temporaryStore,
  unique,
  workerOptions,
  workflowsPath,
} from './harness';

async function performed(type: string, args: unknown[], maxCachedWorkflows?: number) {
  const store = temporaryStore();
  const fired = { execution: 0, close: 0 };
  const plugins = [new ProvenancePlugin({ store, environment: false }), counting(fired)];
  const { value } = await recording(
    { store },
    async ({ client, taskQueue }) => {
      const workflowId = unique(type);
      const result = await client.workflow.execute(type, { taskQueue, workflowId, args });
      const history = await client.workflow.getHandle(workflowId).fetchHistory();
      return { result, failedTasks: history.events?.filter(isFailedTask).length ?? 0 };
    },
    { plugins, ...(maxCachedWorkflows !== undefined && { maxCachedWorkflows }) },
  );
  return { ...value, store, fired, executions: await executionsOf(store) };
}

function executionsOf(store: string): Promise<ExecutionRecord[]> {
  return reading(store, (reader) => reader.executions({ limit: 100 }));
}

/** Counts how often the sinks of the plugin before it are called. */
function counting(fired: { execution: number; close: number }): WorkerPlugin {
  const counted = (options: WorkerOptions): WorkerOptions => {
    const sinks = (options.sinks as InjectedSinks<ProvenanceSinks>)[SINK_NAME];
    const count = (name: keyof typeof fired): (typeof sinks)[typeof name] => ({
      ...sinks[name],
      fn: (info, text) => {
        fired[name] += 1;
        return sinks[name].fn(info, text);
      },
    });
    const own = { ...sinks, execution: count('execution'), close: count('close') };
    return { ...options, sinks: { ...options.sinks, [SINK_NAME]: own } };
  };
  return { name: 'counting', configureWorker: counted };
}

function isFailedTask(event: temporal.api.history.v1.IHistoryEvent): boolean {
  return event.eventType === temporal.api.enums.v1.EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED;
}

function statuses(executions: ExecutionRecord[]): (string | undefined)[] {
  return executions.map(({ observed }) => observed?.status).sort();
}

test('every task replays', async () => {
  const { executions, fired, store } = await performed('layered', [], 0);
  expect(fired.execution).toBeGreaterThan(2);
  expect(statuses(executions)).toEqual(['completed', 'completed']);
  expect(await runsOf(store)).toHaveLength(6);
});

test('a workflow task fails', async () => {
  const { executions, failedTasks, fired } = await performed('stumbling', []);
  expect(failedTasks).toBeGreaterThan(0);
  expect(fired.execution).toBeGreaterThan(1);
  expect(statuses(executions)).toEqual(['completed']);
});

test('a signal arrives during the closing task', async () => {
  const { executions, fired, result, store } = await performed('interrupted', []);
  expect(fired.close).toBeGreaterThan(1);
  // The local activity ran again, with attempt 1: its task was done twice.
  expect(result).toBe(2);
  expect(statuses(executions)).toEqual(['completed']);
  expect(executions[0]?.observed?.result).toEqual([2]);
  const runs = await runsOf(store);
  expect(runs.map(({ start, stop }) => [start.temporal.attempt, stop?.exit_status])).toEqual([
    [1, 'success'],
    [1, 'success'],
  ]);
});

test('a chain of runs leaves a record each', async () => {
  const { executions } = await performed('continued', [0]);
  expect(statuses(executions)).toEqual(['completed', 'continued_as_new', 'continued_as_new']);
  const ids = executions.map(({ start }) => start.run_id);
  const continued = executions.map(({ start }) => start.continued_from).filter(Boolean);
  expect(ids).toEqual(expect.arrayContaining(continued));
});

/** A workflow that waits for a signal, on a worker of its own for each part of its life. */
async function waiting(first: WorkerPlugin | undefined) {
  const taskQueue = unique('telling');
  const client = await makeClient();
  const args = [{ phase: 'one' }];
  const handle = await client.workflow.start('telling', { taskQueue, workflowId: unique('telling'), args });
  const taskDone = async () => {
    const { events } = await handle.fetchHistory();
    return events?.some((event) => event.workflowTaskCompletedEventAttributes);
  };
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath,
    logger: quietLogger(),
    plugins: first ? [first as BundlerPlugin] : [],
  });
  const worker = await Worker.create({
    ...(await workerOptions(taskQueue, undefined)),
    workflowBundle,
    plugins: first ? [first] : [],
  });
  await worker.runUntil(async () => {
    while (!(await taskDone())) await new Promise((resolve) => setTimeout(resolve, 50));
  });
  return { client, taskQueue, handle };
}

test('a workflow from before the plugin leaves a record, and its runs metadata', async () => {
  const { taskQueue, handle } = await waiting(undefined);
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({ store, environment: false });
  const worker = await Worker.create(await workerOptions(taskQueue, plugin));
  await worker.runUntil(async () => {
    await handle.signal('nudge', 'now');
    await handle.result();
  });
  const executions = await executionsOf(store);
  expect(executions).toMatchObject([
    { start: { run_id: handle.firstExecutionRunId, origin: 'sandbox' }, observed: { status: 'completed' } },
  ]);
  expect((await runsOf(store)).map(({ start }) => start.phase)).toEqual(['one']);
});

test('a reset leaves a record of each run', async () => {
  const store = temporaryStore();
  const plugin = () => new ProvenancePlugin({ store, environment: false });
  const { client, taskQueue, handle } = await waiting(plugin());
  const { events } = await handle.fetchHistory();
  const task = events?.findLast((event) => event.workflowTaskCompletedEventAttributes);
  const first = handle.firstExecutionRunId;
  const { runId } = await client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: handle.workflowId, runId: first },
    reason: 'once more',
    requestId: unique('reset'),
    workflowTaskFinishEventId: task?.eventId ?? undefined,
  });
  const worker = await Worker.create(await workerOptions(taskQueue, plugin()));
  await worker.runUntil(async () => {
    await client.workflow.getHandle(handle.workflowId, runId).signal('nudge', 'now');
    await client.workflow.getHandle(handle.workflowId, runId).result();
  });
  const executions = new Map((await executionsOf(store)).map((record) => [record.start.run_id, record]));
  expect([...executions.keys()].sort()).toEqual([first, runId].sort());
  expect(executions.get(runId)).toMatchObject({
    start: { reset_from: first, first_execution_run_id: first },
    observed: { status: 'completed' },
  });
});
