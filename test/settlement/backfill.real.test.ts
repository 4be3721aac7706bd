/** What a backfill makes of real histories. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Store } from '../../src/store/store';
import { temporalAddress } from '../real/temporal-server';
import { backfillPage, openStore, PACE, Pace, resolveBeside, ServerHistories } from './built';

const taskQueue = `backfill-${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), 'backfill-'));
let connection: Connection;
let native: NativeConnection;
let client: Client;
let worker: Worker;
let running: Promise<void>;
/** Workflow run and activity id of each attempt that really began. */
const began: string[] = [];

beforeAll(async () => {
  connection = await Connection.connect({ address: temporalAddress() });
  native = await NativeConnection.connect({ address: temporalAddress() });
  client = new Client({ connection });
  worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowsPath: resolveBeside('./workflows.ts'),
    activities: { succeed },
  });
  running = worker.run();
});

afterAll(async () => {
  worker?.shutdown();
  await running;
  await native?.close();
  await connection?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function succeed(value: string): Promise<string> {
  const { activityInfo } = await import('@temporalio/activity');
  const { activityId, workflowExecution } = activityInfo();
  began.push(`${workflowExecution?.runId} ${activityId}`);
  return `${value}!`;
}

function freshStore(name: string): Promise<Store> {
  return openStore(`sqlite:${join(folder, `${name}.db`)}`, { mode: 'write', create: true });
}

async function backfill(store: Store, workflowId: string) {
  const pace = new Pace(PACE);
  const source = new ServerHistories(client, pace);
  const options = { store, source, pace, client, namespace: 'default', lab: 'default', concurrency: 4 };
  return (await backfillPage(options, { query: `WorkflowId="${workflowId}"`, page_size: 50 })).counts;
}

/** Resets to the workflow task that scheduled the second step. */
async function reset(handle: WorkflowHandle, run_id: string): Promise<WorkflowHandle> {
  const { workflowId } = handle;
  const { events } = await client.workflow.getHandle(workflowId, run_id).fetchHistory();
  const tasks = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
  const { runId } = await client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId, runId: run_id },
    reason: 'a test of resets',
    requestId: `${run_id}-again`,
    workflowTaskFinishEventId: tasks[1]?.eventId,
  });
  return client.workflow.getHandle(workflowId, runId);
}

async function runOf(handle: WorkflowHandle): Promise<string> {
  return (await handle.describe()).runId;
}

async function whenVisible(workflowId: string, count: number): Promise<void> {
  await expect
    .poll(async () => (await client.workflow.count(`WorkflowId="${workflowId}"`)).count, { timeout: 30_000 })
    .toBe(count);
}

it('gives a reset execution the runs that it made itself, however often it was reset', async () => {
  const workflowId = `reset-${process.pid}`;
  const base = await client.workflow.start('twoSteps', { taskQueue, workflowId });
  await base.result();
  const second = await reset(base, base.firstExecutionRunId);
  await second.result();
  const third = await reset(base, await runOf(second));
  await third.result();
  await whenVisible(workflowId, 3);

  const store = await freshStore('reset');
  expect(await backfill(store, workflowId)).toMatchObject({ executions: 3, runs: began.length });
  const runs = await store.runs({ limit: 100 });
  const recorded = runs.map(({ start }) => `${start.temporal.run_id} ${start.temporal.activity_id}`);
  expect(recorded.sort()).toEqual([...began].sort());
  expect(began).toHaveLength(4);
  await store.close();
});
