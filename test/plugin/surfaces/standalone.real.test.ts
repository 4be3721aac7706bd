/** Activities that no workflow asked for, on a server that knows them. */
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { ProvenancePlugin, withMetadata } from 'temporal-provenance';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { RunRecord } from '../../../src/model/documents';
import { openStore } from '../../built';
import { PATIENCE_MS } from '../../patience';
import {
  type StandaloneServer,
  standaloneExecutable,
  startStandaloneServer,
} from '../../real/standalone-server';
import { historyValues, PACE, Pace, reconcilePage, ServerHistories } from '../../settlement/operations';
import { runsOf, temporaryStore, unique } from '../harness';
import { surfaceActivities } from './activities';

const executable = standaloneExecutable();
let server: StandaloneServer | undefined;
let native: NativeConnection;
let connection: Connection;

beforeAll(async () => {
  if (!executable) return;
  server = await startStandaloneServer(executable);
  native = await NativeConnection.connect({ address: server.address });
  connection = await Connection.connect({ address: server.address });
});

afterAll(async () => {
  await connection?.close();
  await native?.close();
  await server?.stop();
});

/** The runs that `work` leaves, oldest first. */
async function recorded(work: (client: Client, taskQueue: string) => Promise<void>): Promise<RunRecord[]> {
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({ store, environment: false });
  const taskQueue = unique('standalone');
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    activities: surfaceActivities,
    plugins: [plugin],
  });
  await worker.runUntil(() => work(new Client({ connection, plugins: [plugin] }), taskQueue));
  return runsOf(store);
}

const REASON =
  'no Temporal server that knows standalone activities: node scripts/temporal-server.mjs builds it';

test('a standalone activity leaves a run: it is its own plan, and has the metadata of its starter', async (context) => {
  context.skip(!executable, REASON);
  const id = unique('measure');
  const [run, ...others] = await recorded((client, taskQueue) =>
    withMetadata({ operator: 'Ada' }, async () => {
      const options = { id, taskQueue, args: ['foil'], startToCloseTimeout: '40 seconds' } as const;
      expect(await client.activity.execute('echo', options)).toBe('foil');
    }),
  );
  expect(others).toEqual([]);
  expect(run?.start).toMatchObject({
    operator: 'Ada',
    plan_name: 'echo',
    plan_type: 'activity',
    plan_args: ['foil'],
    temporal: {
      namespace: 'default',
      activity_id: id,
      activity_type: 'echo',
      activity_run_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      attempt: 1,
      is_local: false,
    },
    provenance: { sources: { operator: 'user', plan_name: 'inferred', plan_args: 'inferred' } },
  });
  for (const name of ['workflow_id', 'run_id', 'workflow_type', 'first_execution_run_id'])
    expect(run?.start.temporal).not.toHaveProperty(name);
  expect(run?.stop).toMatchObject({ exit_status: 'success', temporal: { result: ['foil'] } });
});

test('attempts of one execution are linked, and two executions with one id are kept apart', async (context) => {
  context.skip(!executable, REASON);
  const id = unique('again');
  const runs = await recorded(async (client, taskQueue) => {
    for (const key of ['first', 'second']) {
      await withMetadata({ key }, () =>
        client.activity.execute('failTimes', {
          id,
          taskQueue,
          args: [unique(key), 1],
          startToCloseTimeout: '40 seconds',
          retry: { initialInterval: '20 ms' },
          idReusePolicy: 'ALLOW_DUPLICATE',
        }),
      );
    }
  });
  expect(runs.map(({ start }) => [start.key, start.temporal.activity_id, start.temporal.attempt])).toEqual([
    ['first', id, 1],
    ['first', id, 2],
    ['second', id, 1],
    ['second', id, 2],
  ]);
  const [a1, a2, b1, b2] = runs.map(({ start }) => start) as RunRecord['start'][];
  expect(a1?.temporal.activity_run_id).toBe(a2?.temporal.activity_run_id);
  expect(b1?.temporal.activity_run_id).toBe(b2?.temporal.activity_run_id);
  expect(a1?.temporal.activity_run_id).not.toBe(b1?.temporal.activity_run_id);
  expect([a1, a2, b1, b2].map((start) => start?.provenance.retry_of)).toEqual([
    undefined,
    a1?.uid,
    undefined,
    b1?.uid,
  ]);
  expect(runs.map(({ stop }) => stop?.exit_status)).toEqual(['fail', 'success', 'fail', 'success']);
});

test('reconcile gives its runs Temporal’s outcome: timed out, completed, terminated, lost', async (context) => {
  context.skip(!executable, REASON);
  const url = temporaryStore();
  const plugin = new ProvenancePlugin({ store: url, environment: false });
  const taskQueue = unique('stuck');
  const client = new Client({ connection, plugins: [plugin] });
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let begun = 0;
  const activities = {
    stuckOnce: async () => {
      begun += 1;
      if (begun === 1) await released;
      return begun;
    },
    stuck: async () => {
      begun += 1;
      await released;
    },
  };
  const store = async () => openStore(url, { mode: 'write' });
  const reconcile = async () => {
    const opened = await store();
    const source = new ServerHistories(client, new Pace(PACE));
    const opened_before = Date.now() / 1000 + 60;
    const options = { source, values: historyValues(), concurrency: 2, page_size: 10, opened_before };
    const after = { part: 'activities', after: 0 } as const;
    const { counts } = await reconcilePage({ store: opened, ...options }, after);
    await opened.close();
    return counts;
  };
  const worker = await Worker.create({ connection: native, taskQueue, activities, plugins: [plugin] });
  await worker.runUntil(async () => {
    const retried = { id: unique('retried'), taskQueue, startToCloseTimeout: '1 second' } as const;
    await client.activity.execute('stuckOnce', { ...retried, retry: { initialInterval: '20 ms' } });
    const ended = { id: unique('ended'), taskQueue, startToCloseTimeout: '1 minute' } as const;
    const handle = await client.activity.start('stuck', ended);
    await vi.waitUntil(() => begun === 3, { timeout: PATIENCE_MS });
    await plugin.flush();
    // While it runs, nothing is concluded of it.
    expect(await reconcile()).toMatchObject({
      activities: 2,
      settled: { timed_out: 1, completed: 1 },
      under_way: 1,
    });
    await handle.terminate('not wanted any more');
    await vi.waitUntil(async () => (await reconcile()).settled.canceled === 1, {
      timeout: PATIENCE_MS,
      interval: 200,
    });
    // What its worker sees later is what it saw; the final word stays.
    release();
  });
  expect(await reconcile()).toMatchObject({ activities: 0, settled: {} });
  const runs = await runsOf(url);
  expect(
    runs.map(({ start, stop, settled }) => [
      start.temporal.activity_type,
      start.temporal.attempt,
      stop?.exit_status,
      settled?.outcome,
    ]),
  ).toEqual([
    ['stuckOnce', 1, 'success', 'timed_out'],
    ['stuckOnce', 2, 'success', 'completed'],
    ['stuck', 1, 'success', 'canceled'],
  ]);
  const opened = await store();
  // One that the server never knew.
  const { opening } = await import('../../store/runs');
  const gone = opening({ n: 9, temporal: { activity_id: 'long-gone' } });
  const nowhere = { workflow_id: null, run_id: null, workflow_type: null };
  await opened.write([{ ...gone, ...nowhere, activity_run_id: '0198c0de-0000-7000-8000-0000000000aa' }]);
  await opened.close();
  expect(await reconcile()).toMatchObject({ settled: { lost: 1 } });
});
