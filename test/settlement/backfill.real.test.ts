/** What a backfill makes of real histories. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Store } from '../../src/store/store';
import { openStore } from '../built';
import { PATIENCE_MS } from '../patience';
import { MaskingCodec } from '../plugin/fixtures/codec';
import { temporalAddress } from '../real/temporal-server';
import { opening } from '../store/runs';
import { backfillPage, historyValues, PACE, Pace, reconcilePage, ServerHistories } from './operations';

const taskQueue = `backfill-${process.pid}`;
const BUILD_ID = 'build-of-tests';
const PASSWORD = 'correct-horse-9';
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
    workflowsPath: join(__dirname, 'workflows.ts'),
    activities: { succeed, failWithAddress },
    buildId: BUILD_ID,
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

async function failWithAddress(): Promise<void> {
  throw new Error(`no route to https://ada:${PASSWORD}@db.lab/runs`);
}

function freshStore(name: string): Promise<Store> {
  return openStore(`sqlite:${join(folder, `${name}.db`)}`, { mode: 'write', create: true });
}

async function backfill(store: Store, workflowId: string) {
  const pace = new Pace(PACE);
  const source = new ServerHistories(client, pace);
  const values = historyValues();
  await whenVisible(workflowId);
  const options = {
    store,
    source,
    pace,
    values,
    client,
    namespace: 'default',
    lab: 'default',
    concurrency: 4,
  };
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

async function whenVisible(workflowId: string, count = 1): Promise<void> {
  await expect
    .poll(async () => (await client.workflow.count(`WorkflowId="${workflowId}"`)).count, {
      timeout: PATIENCE_MS,
    })
    .toBeGreaterThanOrEqual(count);
}

/** All that a store wrote. */
async function bytesOf(store: Store, name: string): Promise<string> {
  await store.close();
  const files = readdirSync(folder).filter((file) => file.startsWith(`${name}.db`));
  return files.map((file) => readFileSync(join(folder, file), 'latin1')).join('');
}

it('gives a reset execution the runs that it made itself, after several resets', async () => {
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

it('reads metadata from the memo, and the build that ran it', async () => {
  const workflowId = `memo-${process.pid}`;
  const memo = {
    provenance: { operator: 'Ada', scan_id: 7, proxy: `https://ada:${PASSWORD}@lab` },
    note: 'x',
  };
  await client.workflow.execute('twoSteps', { taskQueue, workflowId, memo });
  const store = await freshStore('memo');
  expect(await backfill(store, workflowId)).toMatchObject({ runs: 2, losses: {} });
  const [{ start } = { start: undefined }] = await store.runs({ limit: 1 });
  expect(start).toMatchObject({ operator: 'Ada', scan_id: 7, proxy: 'https://[redacted]@lab' });
  expect(start?.provenance.sources).toMatchObject({ operator: 'user', plan_name: 'inferred' });
  const execution = await store.execution(start?.temporal.run_id ?? '');
  expect(execution?.start).toMatchObject({ memo: { note: 'x' }, build_id: BUILD_ID });
  expect(await bytesOf(store, 'memo')).not.toContain(PASSWORD);
});

it('leaves an invalid field out, and counts it', async () => {
  const workflowId = `bad-memo-${process.pid}`;
  await client.workflow.execute('twoSteps', {
    taskQueue,
    workflowId,
    memo: { provenance: { uid: 'mine', operator: 'Ada' } },
  });
  const store = await freshStore('bad-memo');
  const { losses } = await backfill(store, workflowId);
  const reason = "metadata that can't be stored unchanged: uid is reserved: only the plugin sets it";
  expect(losses).toEqual({ [reason]: 1 });
  const [run] = await store.runs({ limit: 1 });
  expect(run?.start.uid).not.toBe('mine');
  expect(run?.start.operator).toBe('Ada');
  await store.close();
});

it('names the schedule that started an execution', async () => {
  const scheduleId = `backfill-schedule-${process.pid}`;
  const workflowId = `scheduled-${process.pid}`;
  const action = { type: 'startWorkflow' as const, workflowType: 'twoSteps', workflowId, taskQueue };
  const schedule = await client.schedule.create({ scheduleId, spec: {}, action });
  await schedule.trigger();
  await expect
    .poll(async () => (await schedule.describe()).info.recentActions.length, { timeout: PATIENCE_MS })
    .toBe(1);
  const [action1] = (await schedule.describe()).info.recentActions;
  const started = action1?.action.workflow.workflowId ?? '';
  await client.workflow.getHandle(started).result();
  const store = await freshStore('schedule');
  expect(await backfill(store, started)).toMatchObject({ runs: 2, losses: {} });
  const [run] = await store.runs({ limit: 1 });
  expect(run?.start.temporal.schedule_id).toBe(scheduleId);
  const execution = await store.execution(run?.start.temporal.run_id ?? '');
  expect(execution?.start.search_attributes).toMatchObject({ TemporalScheduledById: scheduleId });
  await store.close();
  await schedule.delete();
});

it('masks passwords in failures and reasons', async () => {
  const workflowId = `failing-${process.pid}`;
  await client.workflow.execute('addressInFailure', { taskQueue, workflowId }).catch(() => undefined);
  const waiting = `reason-${process.pid}`;
  const handle = await client.workflow.start('waits', { taskQueue, workflowId: waiting });
  await handle.terminate(`see https://ada:${PASSWORD}@wiki.lab/outage`);
  const store = await freshStore('failing');
  await backfill(store, workflowId);
  await backfill(store, waiting);
  const [run] = await store.runs({ limit: 1 });
  const evidence = run?.settled?.evidence as { error: { message: string; stack: string } };
  expect(evidence.error.message).toBe('no route to https://[redacted]@db.lab/runs');
  expect(evidence.error.stack).toContain('failWithAddress');
  const [decision] = await store.decisions(handle.firstExecutionRunId);
  expect(decision?.reason).toBe('see https://[redacted]@wiki.lab/outage');
  expect(await bytesOf(store, 'failing')).not.toContain(PASSWORD);
});

it('withholds what a lab encrypts, also failures, which history keeps in clear', async () => {
  const dataConverter = { payloadCodecs: [new MaskingCodec()] };
  const queue = `${taskQueue}-coded`;
  const workflowId = `coded-${process.pid}`;
  const coded = await Worker.create({
    connection: native,
    taskQueue: queue,
    workflowsPath: join(__dirname, 'workflows.ts'),
    activities: { failWithAddress },
    dataConverter,
  });
  const sender = new Client({ connection, dataConverter });
  await coded.runUntil(() =>
    sender.workflow
      .execute('addressInFailure', { taskQueue: queue, workflowId, args: ['a value'] })
      .catch(() => undefined),
  );
  const store = await freshStore('coded');
  expect(await backfill(store, workflowId)).toMatchObject({ runs: 1 });
  const [run] = await store.runs({ limit: 1 });
  expect(run?.settled?.evidence.error).toMatchObject({ message: expect.stringMatching(/^hmac-sha256:/) });
  const execution = await store.execution(run?.start.temporal.run_id ?? '');
  expect(execution?.start.args).toMatchObject([{ digest: expect.stringMatching(/^hmac-sha256:/) }]);
  expect(await bytesOf(store, 'coded')).not.toContain('no route to');
});

it.each([
  { of: 'a lab that does not encrypt', args: ['sample'], told: 'no route to https://[redacted]@db.lab/runs' },
  { of: 'a lab whose worker withheld values', args: [{ digest: 'hmac-sha256:00' }], told: 'withheld' },
])('reconcile also masks or withholds the failures it reads: $of', async ({ of, args, told }) => {
  const name = of.replaceAll(' ', '-');
  const workflowId = `${name}-${process.pid}`;
  const handle = await client.workflow.start('addressInFailure', { taskQueue, workflowId });
  await handle.result().catch(() => undefined);
  const address = { namespace: 'default', workflow_id: workflowId, run_id: handle.firstExecutionRunId };
  const store = await freshStore(name);
  await store.write(
    [1, 2, 3].map((attempt) =>
      opening({ n: attempt, time: attempt, temporal: { ...address, activity_id: '1', attempt, args } }),
    ),
  );
  const source = new ServerHistories(client, new Pace(PACE));
  const values = historyValues();
  const opened_before = Date.now() / 1000 + 60;
  await reconcilePage({ store, source, values, concurrency: 2, page_size: 10, opened_before });
  const second = (await store.runs({ limit: 10 })).find(({ start }) => start.temporal.attempt === 2);
  expect(second?.settled).toMatchObject({ outcome: 'failed', evidence: { failure: told } });
  const bytes = await bytesOf(store, name);
  expect(bytes).not.toContain(PASSWORD);
  expect(bytes.includes('no route to')).toBe(told !== 'withheld');
});
