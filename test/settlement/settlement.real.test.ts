/** Histories of a real server, read, judged, backfilled and reconciled into a real store. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExecutionAddress } from '../../src/model/documents';
import type { Store } from '../../src/store/store';
import type { HistoryEvent } from '../../src/temporal/activity-history';
import { openStore } from '../built';
import { temporalAddress } from '../real/temporal-server';
import { opening } from '../store/runs';
import { exported } from './exported';
import {
  createOperationsWorker,
  ExportedHistories,
  historyValues,
  PACE,
  Pace,
  reconcilePage,
  ServerHistories,
} from './operations';

const { readActivities } = createRequire(import.meta.url)(
  '../../dist/src/temporal/activity-history.js',
) as typeof import('../../src/temporal/activity-history');
const taskQueue = 'settlement';
const folder = mkdtempSync(join(tmpdir(), 'settlement-'));
let connection: Connection;
let native: NativeConnection;
let client: Client;
let finished: ExecutionAddress;
let events: HistoryEvent[];

let failures = 0;
const activities = {
  succeed: async (value: string) => `${value}!`,
  failTwice: async () => {
    failures += 1;
    if (failures < 3) throw new Error('not yet');
    return 'at last';
  },
  failAlways: async () => {
    throw new TypeError('never');
  },
  hang: () => new Promise<void>(() => undefined),
};

beforeAll(async () => {
  connection = await Connection.connect({ address: temporalAddress() });
  native = await NativeConnection.connect({ address: temporalAddress() });
  client = new Client({ connection });
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowsPath: join(__dirname, 'workflows.ts'),
    activities,
    shutdownForceTime: '1 second',
  });
  const run = worker.run().catch(() => undefined); // activities that hang are left behind on purpose
  const handle = await client.workflow.start('everyEnd', { taskQueue, workflowId: 'every-end' });
  await handle.signal('note', 'from outside').catch(() => undefined);
  await handle.result();
  finished = { namespace: 'default', workflow_id: 'every-end', run_id: handle.firstExecutionRunId };
  events = (await handle.fetchHistory()).events ?? [];
  worker.shutdown();
  await run;
});

afterAll(async () => {
  await native?.close();
  await connection?.close();
  rmSync(folder, { recursive: true, force: true });
});

const urlOf = (name: string) => `sqlite:${join(folder, `${name}.db`)}`;

function freshStore(name: string): Promise<Store> {
  return openStore(urlOf(name));
}

async function reconcileAll(
  store: Store,
  source: Parameters<typeof reconcilePage>[0]['source'],
  after?: Parameters<typeof reconcilePage>[1],
) {
  return reconcilePage(
    {
      store,
      source,
      values: historyValues(),
      concurrency: 10,
      page_size: 100,
      opened_before: Date.now() / 1000 + 60,
    },
    after,
  );
}

it('reads how each activity of a history ended', () => {
  const read = readActivities(events, finished.run_id).map(({ activity_type, is_local, attempt, end }) => [
    activity_type,
    is_local,
    attempt,
    end?.outcome,
  ]);
  expect(read).toEqual([
    ['succeed', false, 1, 'completed'],
    ['failTwice', false, 3, 'completed'],
    ['failAlways', false, 3, 'failed'],
    ['hang', false, 3, 'timed_out'],
    ['hang', false, undefined, undefined], // cancelled by the workflow, which did not wait: history says no more
    ['succeed', true, 1, 'completed'],
    ['failAlways', true, 3, 'failed'],
  ]);
});

it('backfills by a durable workflow; a second time it adds nothing', async () => {
  const worker = await createOperationsWorker({
    connection: native,
    client,
    store: urlOf('backfill'),
    taskQueue: 'operations-test',
  });
  const run = (id: string) =>
    client.workflow.execute('backfill', {
      taskQueue: 'operations-test',
      workflowId: id,
      args: [{ query: `WorkflowId="every-end"`, page_size: 1 }],
    });
  const [first, second] = await worker.runUntil(
    async () => [await run('backfill-1'), await run('backfill-2')] as const,
  );
  expect(first).toMatchObject({ executions: 1, runs: 6, known: 0, losses: {} });
  expect(second).toMatchObject({ executions: 1, runs: 0, known: 6, losses: {} });
  const store = await freshStore('backfill');
  const runs = await store.runs({ limit: 100 });
  expect(runs).toHaveLength(6);
  expect(runs.every(({ start, stop }) => start.provenance.origin === 'history' && stop === null)).toBe(true);
  expect(runs.map(({ settled }) => settled?.outcome).sort()).toEqual(
    ['completed', 'completed', 'completed', 'failed', 'failed', 'timed_out'].sort(),
  );
  const [failed] = runs.filter(({ settled }) => settled?.outcome === 'failed');
  expect(failed?.settled?.evidence.error).toMatchObject({ type: 'TypeError', message: 'never' });
  expect((await store.execution(finished.run_id))?.settled?.status).toBe('completed');
  expect((await store.decisions(finished.run_id)).map(({ kind, name }) => [kind, name])).toEqual([
    ['signal', 'note'],
  ]);
  await store.close();
});

async function storeWithOpenRuns(
  name: string,
  address: ExecutionAddress,
): Promise<{ store: Store; uids: string[] }> {
  const store = await freshStore(name);
  const scheduled = Date.now() / 1000;
  const attempts = [1, 2, 3].map((attempt) =>
    opening({
      n: attempt,
      time: scheduled + attempt,
      temporal: { ...address, activity_id: '2', attempt, worker: { host: 'killed' } },
    }),
  );
  await store.write(attempts);
  return { store, uids: attempts.map(({ uid }) => uid) };
}

it('settles open runs, from the server and from exported files', async () => {
  const folderOfExport = mkdtempSync(join(folder, 'export-'));
  writeFileSync(join(folderOfExport, 'history.pb'), exported(events));
  const sources = [new ServerHistories(client, new Pace(PACE)), await ExportedHistories.read(folderOfExport)];
  for (const source of sources) {
    const { store, uids } = await storeWithOpenRuns(`open-${source.name}`, finished);
    const { counts } = await reconcileAll(store, source);
    expect(counts).toMatchObject({ executions: 1, closed: 1, under_way: 0, unavailable: {} });
    const outcomes = new Map(
      (await store.runs({ limit: 10 })).map(({ start, settled }) => [start.uid, settled?.outcome]),
    );
    // The failure of the attempt before the last is what history keeps; of the first it keeps nothing.
    expect(uids.map((uid) => outcomes.get(uid))).toEqual(['superseded', 'failed', 'completed']);
    expect((await store.counts()).open).toBe(0);
    expect((await reconcileAll(store, source)).counts.executions).toBe(0);
    await store.close();
  }
});

it('settles as lost what the server has deleted, and nothing if the server did not answer', async () => {
  const forgotten = {
    namespace: 'default',
    workflow_id: 'never',
    run_id: '0198c0de-0000-7000-8000-000000000000',
  };
  const { store } = await storeWithOpenRuns('forgotten', forgotten);
  const down = { name: 'server', look: async () => ({ kind: 'unavailable' as const, reason: 'no route' }) };
  // That a later attempt took their place is known without a server.
  expect((await reconcileAll(store, down)).counts).toMatchObject({
    settled: { superseded: 2 },
    unavailable: { 'no route': 1 },
  });
  const { counts } = await reconcileAll(store, new ServerHistories(client, new Pace(PACE)));
  expect(counts.settled).toEqual({ lost: 1 });
  expect((await store.unsettled({ limit: 10, opened_before: Date.now() })).executions).toEqual([]);
  await store.close();
});

it('settles as lost what was in a deleted namespace, with that reason', async () => {
  const run_id = '0198c0de-0000-7000-8000-000000000001';
  const { store, uids } = await storeWithOpenRuns('no-namespace', {
    namespace: 'closed-down',
    workflow_id: 'once',
    run_id,
  });
  const { counts } = await reconcileAll(store, new ServerHistories(client, new Pace(PACE)));
  expect(counts).toMatchObject({ settled: { superseded: 2, lost: 1 }, unavailable: {} });
  const lost = (await store.runs({ limit: 10 })).find(({ start }) => start.uid === uids[2]);
  expect(lost?.settled?.evidence).toMatchObject({ reason: 'namespace_gone' });
  expect((await store.unsettled({ limit: 10, opened_before: Date.now() })).executions).toEqual([]);
  await store.close();
});

it('does not change open executions', async () => {
  const handle = await client.workflow.start('waits', { taskQueue: 'nobody-polls', workflowId: 'waits' });
  const address = { namespace: 'default', workflow_id: 'waits', run_id: handle.firstExecutionRunId };
  const { store } = await storeWithOpenRuns('under-way', address);
  const { counts } = await reconcileAll(store, new ServerHistories(client, new Pace(PACE)));
  expect(counts).toMatchObject({ settled: { superseded: 2 }, closed: 0, under_way: 1 });
  await handle.terminate('done with it');
  const after = await reconcileAll(store, new ServerHistories(client, new Pace(PACE)));
  expect(after.counts).toMatchObject({ settled: { canceled: 1 }, closed: 1 });
  const [decision] = await store.decisions(address.run_id);
  expect(decision).toMatchObject({ kind: 'terminate', reason: 'done with it' });
  await store.close();
});
