/** However often a sink fires, an execution is one record. */
import { temporal } from '@temporalio/proto';
import { expect, test } from 'vitest';
import type { ExecutionRecord } from '../../src/model/execution';
import { reading, recording, runsOf, unique } from './harness';

async function performed(type: string, args: unknown[], maxCachedWorkflows?: number) {
  const { store, value } = await recording(
    {},
    async ({ client, taskQueue }) => {
      const workflowId = unique(type);
      const result = await client.workflow.execute(type, { taskQueue, workflowId, args });
      const history = await client.workflow.getHandle(workflowId).fetchHistory();
      return { result, failedTasks: history.events?.filter(isFailedTask).length ?? 0 };
    },
    maxCachedWorkflows === undefined ? {} : { maxCachedWorkflows },
  );
  const executions = await reading(store, (reader) => reader.executions({ limit: 100 }));
  return { ...value, store, executions };
}

function isFailedTask(event: temporal.api.history.v1.IHistoryEvent): boolean {
  return event.eventType === temporal.api.enums.v1.EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED;
}

function statuses(executions: ExecutionRecord[]): (string | undefined)[] {
  return executions.map(({ observed }) => observed?.status).sort();
}

test('where every task replays', async () => {
  const { executions, store } = await performed('layered', [], 0);
  expect(statuses(executions)).toEqual(['completed', 'completed']);
  expect(await runsOf(store)).toHaveLength(6);
});

test('where a workflow task fails', async () => {
  const { executions, failedTasks } = await performed('stumbling', []);
  expect(failedTasks).toBeGreaterThan(0);
  expect(statuses(executions)).toEqual(['completed']);
});

test('where a signal comes during the closing task', async () => {
  const { executions, result, store } = await performed('interrupted', []);
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

test('a chain of runs is a record each', async () => {
  const { executions } = await performed('continued', [0]);
  expect(statuses(executions)).toEqual(['completed', 'continued_as_new', 'continued_as_new']);
  const ids = executions.map(({ start }) => start.run_id);
  const continued = executions.map(({ start }) => start.continued_from).filter(Boolean);
  expect(ids).toEqual(expect.arrayContaining(continued));
});
