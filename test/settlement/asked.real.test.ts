/** Activities of our workflows on a worker without the plugin: no run until reconcile makes one. */

import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { ProvenancePlugin, withMetadata } from 'temporal-provenance';
import { expect, it, vi } from 'vitest';
import type { Store } from '../../src/store/store';
import { openStore } from '../built';
import { PATIENCE_MS } from '../patience';
import { makeClient, nativeConnection, temporaryStore, unique } from '../plugin/harness';
import { historyValues, PACE, Pace, reconcilePage, ServerHistories } from './operations';

const MINUTE_S = 60;

async function reconcile(store: Store, opened_before: number) {
  const source = new ServerHistories(await makeClient(), new Pace(PACE));
  const options = { store, source, values: historyValues(), concurrency: 2, page_size: 10, opened_before };
  return (await reconcilePage(options)).counts;
}

it("get runs from the workflow's view and its history, after the grace period, except excluded types", async () => {
  const url = temporaryStore();
  const plugin = new ProvenancePlugin({
    store: url,
    lab: 'optics',
    environment: false,
    capture: { sendEmail: false },
  });
  const [taskQueue, instruments] = [unique('workflows'), unique('instruments')];
  const connection = await nativeConnection();
  const client = await makeClient({ plugins: [plugin] });
  const decider = await Worker.create({
    connection,
    taskQueue,
    workflowsPath: join(__dirname, 'asked-workflows.ts'),
    plugins: [plugin],
  });
  const silent = await Worker.create({
    connection,
    taskQueue: instruments,
    identity: 'instrument-4',
    activities: {
      measure: async (sample: string) => `${sample}: 17`,
      sendEmail: async () => undefined,
      breaks: async () => {
        throw new RangeError('out of range');
      },
    },
  });
  const workflowId = unique('elsewhere');
  await decider.runUntil(
    silent.runUntil(
      withMetadata({ operator: 'Ada' }, () =>
        client.workflow.execute('elsewhere', { taskQueue, workflowId, args: [instruments] }),
      ),
    ),
  );

  const store = await openStore(url);
  const now = Date.now() / 1000;
  expect(await reconcile(store, now - MINUTE_S)).toMatchObject({ recorded: 0 });
  expect(await store.runs({ limit: 10 })).toEqual([]);
  expect(await reconcile(store, now + MINUTE_S)).toMatchObject({ recorded: 2 });
  expect(await reconcile(store, now + MINUTE_S)).toMatchObject({ executions: 0, recorded: 0 });
  const runs = await store.runs({ limit: 10 });
  const [measured, broken] = ['measure', 'breaks'].map((type) =>
    runs.find(({ start }) => start.temporal.activity_type === type),
  );
  expect(runs).toHaveLength(2);
  expect(measured).toMatchObject({
    start: {
      operator: 'Ada',
      purpose: 'calibration',
      plan_name: 'elsewhere',
      temporal: { task_queue: instruments, attempt: 1, worker: { identity: 'instrument-4' } },
      provenance: { lab: 'optics', origin: 'workflow', sources: { operator: 'user', purpose: 'plan' } },
    },
    stop: null,
    settled: { outcome: 'completed', evidence: { source: 'history' } },
  });
  expect(broken?.settled).toMatchObject({
    outcome: 'failed',
    evidence: { error: { type: 'RangeError', message: 'out of range' } },
  });
  await store.close();
});

it("get runs from the workflow's view alone, if the history is deleted", async () => {
  const store = await openStore(temporaryStore(), { mode: 'write', create: true });
  const run_id = '0198c0de-0000-7000-8000-0000000000aa';
  const ended = { activity_id: '3', time: 1_790_000_060, outcome: 'failed' as const };
  const asked = {
    ...ended,
    namespace: 'default',
    workflow_id: 'long-gone',
    run_id,
    workflow_type: 'elsewhere',
    lab: 'optics',
    activity_type: 'measure',
    task_queue: 'instruments',
    scheduled_time: 1_790_000_000,
    error: { type: 'RangeError', message: 'out of range' },
  };
  await store.write([{ kind: 'resolution', run_id, ...ended, asked }]);
  expect(await reconcile(store, Date.now() / 1000)).toMatchObject({ recorded: 1 });
  const [run] = await store.runs({ limit: 10 });
  expect(run).toMatchObject({
    start: { time: asked.scheduled_time, provenance: { origin: 'workflow' } },
    settled: { outcome: 'failed', evidence: { source: 'workflow', error: asked.error } },
  });
  await store.close();
});

it('get none if a worker with the plugin excludes that type', async () => {
  const url = temporaryStore();
  const common = { store: url, environment: false } as const;
  const plugin = new ProvenancePlugin(common);
  const choosy = new ProvenancePlugin({ ...common, capture: { 'send*': false, breaks: false } });
  const [taskQueue, instruments] = [unique('workflows'), unique('instruments')];
  const connection = await nativeConnection();
  const client = await makeClient({ plugins: [plugin] });
  const workflowsPath = join(__dirname, 'asked-workflows.ts');
  const decider = await Worker.create({ connection, taskQueue, workflowsPath, plugins: [plugin] });
  const activities = {
    measure: async (sample: string) => sample,
    sendEmail: async () => undefined,
    breaks: async () => undefined,
  };
  const worker = await Worker.create({ connection, taskQueue: instruments, activities, plugins: [choosy] });
  const workflowId = unique('choosy');
  await decider.runUntil(
    worker.runUntil(client.workflow.execute('elsewhere', { taskQueue, workflowId, args: [instruments] })),
  );
  const store = await openStore(url);
  expect(await reconcile(store, Date.now() / 1000 + MINUTE_S)).toMatchObject({ recorded: 0 });
  expect((await store.runs({ limit: 10 })).map(({ start }) => start.temporal.activity_type)).toEqual([
    'measure',
  ]);
  expect((await store.unsettled({ limit: 10, opened_before: Date.now() })).executions).toEqual([]);
  await store.close();
});

it('get a run of their last attempt, if only earlier attempts were recorded', async () => {
  const url = temporaryStore();
  const plugin = new ProvenancePlugin({ store: url, lab: 'optics', environment: false });
  const [taskQueue, instruments] = [unique('workflows'), unique('instruments')];
  const connection = await nativeConnection();
  const client = await makeClient({ plugins: [plugin] });
  const workflowsPath = join(__dirname, 'asked-workflows.ts');
  const decider = await Worker.create({ connection, taskQueue, workflowsPath });
  const failing = async () => {
    throw new Error('no beam');
  };
  const recorded = await Worker.create({
    connection,
    taskQueue: instruments,
    activities: { measure: failing },
    plugins: [plugin],
  });
  const workflowId = unique('retried');
  await decider.runUntil(async () => {
    const start = () =>
      client.workflow.start('retriedElsewhere', { taskQueue, workflowId, args: [instruments] });
    const handle = await withMetadata({ operator: 'Ada' }, start);
    const failedOnce = async () => (await handle.describe()).raw.pendingActivities?.[0]?.attempt === 2;
    await recorded.runUntil(vi.waitUntil(failedOnce, { timeout: PATIENCE_MS, interval: 50 }));
    const silent = await Worker.create({
      connection,
      taskQueue: instruments,
      identity: 'instrument-4',
      activities: { measure: async (sample: string) => `${sample}: 17` },
    });
    expect(await silent.runUntil(handle.result())).toBe('gold: 17');
  });
  const store = await openStore(url);
  const now = Date.now() / 1000;
  expect(await store.runs({ limit: 10 })).toHaveLength(1);
  // A record of it could still be on its way: then it is looked for again.
  const [opened] = await store.runs({ limit: 1 });
  expect(await reconcile(store, opened!.start.time + 1)).toMatchObject({
    executions: 1,
    recorded: 0,
    closed: 0,
  });
  expect(await reconcile(store, now + MINUTE_S)).toMatchObject({ recorded: 1 });
  expect(await reconcile(store, now + MINUTE_S)).toMatchObject({ executions: 0, recorded: 0 });
  const [last, first, ...others] = await store.runs({ limit: 10 });
  expect(others).toEqual([]);
  expect(first).toMatchObject({
    start: { scan_id: 1, temporal: { attempt: 1 } },
    stop: { exit_status: 'fail' },
    settled: { outcome: 'failed', evidence: { failure: 'no beam' } },
  });
  expect(last).toMatchObject({
    start: {
      operator: 'Ada',
      temporal: { attempt: 2, worker: { identity: 'instrument-4' } },
      provenance: { lab: 'optics', origin: 'history', retry_of: first!.start.uid },
    },
    stop: null,
    settled: { outcome: 'completed', evidence: { source: 'history', attempt: 2 } },
  });
  expect((await store.counts()).open).toBe(0);
  await store.close();
});

it('get none for a last attempt that was refused', async () => {
  const url = temporaryStore();
  const common = { store: url, environment: false } as const;
  const [lenient, strict] = [
    new ProvenancePlugin(common),
    new ProvenancePlugin({ ...common, required: ['sample'] }),
  ];
  const [taskQueue, instruments] = [unique('workflows'), unique('instruments')];
  const connection = await nativeConnection();
  const client = await makeClient();
  const workflowsPath = join(__dirname, 'asked-workflows.ts');
  const decider = await Worker.create({ connection, taskQueue, workflowsPath });
  const failing = async () => {
    throw new Error('no beam');
  };
  const worker = (plugin: ProvenancePlugin) =>
    Worker.create({
      connection,
      taskQueue: instruments,
      activities: { measure: failing },
      plugins: [plugin],
    });
  await decider.runUntil(async () => {
    const workflowId = unique('refused-later');
    const handle = await client.workflow.start('retriedElsewhere', {
      taskQueue,
      workflowId,
      args: [instruments],
    });
    const failedOnce = async () => (await handle.describe()).raw.pendingActivities?.[0]?.attempt === 2;
    await (await worker(lenient)).runUntil(vi.waitUntil(failedOnce, { timeout: PATIENCE_MS, interval: 50 }));
    await (await worker(strict)).runUntil(expect(handle.result()).rejects.toThrow());
  });
  const store = await openStore(url);
  expect(await store.refusals(10)).toHaveLength(1);
  expect(await reconcile(store, Date.now() / 1000 + MINUTE_S)).toMatchObject({ recorded: 0, closed: 1 });
  expect(await store.runs({ limit: 10 })).toHaveLength(1);
  await store.close();
});
