/** Retention as a durable workflow, on the operations worker and the real server. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openStore } from '../built';
import { temporalAddress } from '../real/temporal-server';
import { createOperationsWorker, operationsTaskQueue } from '../settlement/operations';
import { opening, stopping } from '../store/runs';

const folder = mkdtempSync(join(tmpdir(), 'provenance-durable-prune-'));
const url = `sqlite:${join(folder, 'provenance.db')}`;
let connection: Connection;
let native: NativeConnection;
beforeAll(async () => {
  connection = await Connection.connect({ address: temporalAddress() });
  native = await NativeConnection.connect({ address: temporalAddress() });
});
afterAll(async () => {
  await connection?.close();
  await native?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The failure of a workflow: its own, or of the activity that failed it. */
const failureOf = (error: unknown): { type?: string; message?: string; nonRetryable?: boolean } => {
  const { cause } = error as { cause: { cause?: object } };
  return cause.cause ?? cause;
};

it("works on the store of PROVENANCE_STORE, on that store's queue, and closes it", async () => {
  const own = join(folder, 'chosen.db');
  vi.stubEnv('PROVENANCE_STORE', `sqlite:${own}`);
  const client = new Client({ connection });
  const worker = await createOperationsWorker({ connection: native, client });
  vi.unstubAllEnvs();
  const { taskQueue } = worker.options;
  expect(existsSync(`${own}-wal`)).toBe(true);
  const counts = await worker.runUntil(
    client.workflow.execute('prune', {
      taskQueue,
      workflowId: `chosen-${process.pid}`,
      args: [{ older_than_ms: 1 }],
    }),
  );
  expect(counts).toMatchObject({ removed: 0 });
  expect(existsSync(`${own}-wal`)).toBe(false);
  const store = await openStore(`sqlite:${own}`, { mode: 'read' });
  expect(taskQueue).toBe(operationsTaskQueue((await store.identity()).storage_id));
  await store.close();
});

it('closes the store if no worker can be created, and names an invalid store URL', async () => {
  const client = new Client({ connection });
  const own = join(folder, 'no-worker.db');
  const shared = { connection: native, client };
  const unusable = { ...shared, store: `sqlite:${own}`, namespace: 'no-such-namespace' };
  await expect(createOperationsWorker(unusable)).rejects.toThrow(/no-such-namespace/);
  expect([existsSync(own), existsSync(`${own}-wal`)]).toEqual([true, false]);
  await expect(createOperationsWorker({ ...shared, store: 'oops' })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    message: expect.stringContaining('createOperationsWorker: option store'),
  });
});

it('refuses an input with an unknown or missing field, and names it', async () => {
  const store = await openStore(url);
  const client = new Client({ connection });
  const taskQueue = 'durable-inputs';
  const worker = await createOperationsWorker({ connection: native, client, store: url, taskQueue });
  let n = 0;
  const refusal = async (type: string, ...args: unknown[]) =>
    failureOf(
      await client.workflow
        .execute(type, {
          taskQueue,
          workflowId: `inputs-${Date.now()}-${++n}`,
          args,
          // What can't be mended by another try must not be tried again.
          retry: { maximumAttempts: 3, initialInterval: '10ms' },
        })
        .then(
          (counts) => new Error(`completed with ${JSON.stringify(counts)}`),
          (error: unknown) => error,
        ),
    );
  const asked: readonly [words: RegExp, type: string, ...args: unknown[]][] = [
    [
      /'olderthan' is not a field of its input; 'older_than_ms' was probably meant/,
      'prune',
      { olderthan: 1000 },
    ],
    [/neither older_than_ms nor progress_older_than_ms/, 'prune', {}],
    [/neither older_than_ms nor progress_older_than_ms/, 'prune', { page_size: 4 }],
    [/not an object with older_than_ms, where/, 'prune'],
    [/not an object/, 'prune', null],
    [/'older_than_ms' is not a number of milliseconds/, 'prune', { older_than_ms: '365d' }],
    [/'older_than_ms' is not a number of milliseconds/, 'prune', { older_than_ms: -1 }],
    [/'where' works only with older_than_ms/, 'prune', { progress_older_than_ms: 1000, where: 'a = 1' }],
    [/'grace' is not a field of its input/, 'reconcile', { grace: 1000 }],
    [/'page_size' is not a whole number from 1/, 'reconcile', { page_size: 0 }],
    [/has no query/, 'backfill', {}],
    [/'querry' is not a field of its input; 'query' was probably meant/, 'backfill', { querry: '' }],
  ];
  await worker.runUntil(async () => {
    for (const [words, type, ...args] of asked)
      expect(await refusal(type, ...args)).toMatchObject({
        type: 'InputRefused',
        nonRetryable: true,
        message: expect.stringMatching(words),
      });
  });
  await store.close();
});

it('prunes page by page, and refuses an invalid filter', async () => {
  const store = await openStore(url);
  const old = (n: number) => opening({ n, time: 1_600_000_000 + (n % 3), fields: { n } });
  const numbers = Array.from({ length: 25 }, (_, n) => n + 1);
  await store.write(numbers.flatMap((n) => [old(n), stopping(n, { time: 1_600_000_100 })]));
  await store.write([opening({ n: 99 })]);
  const client = new Client({ connection });
  const taskQueue = 'durable-prune';
  const worker = await createOperationsWorker({ connection: native, client, store: url, taskQueue });
  const execute = (input: object) =>
    client.workflow.execute('prune', { taskQueue, workflowId: `prune-${Date.now()}`, args: [input] });
  const day_ms = 86_400_000;
  const [counts, refused] = await worker.runUntil(async () => [
    await execute({ older_than_ms: 365 * day_ms, page_size: 4, progress_older_than_ms: day_ms }),
    await execute({ older_than_ms: day_ms, where: 'a = = b' }).catch((error: unknown) => error),
  ]);
  expect(counts).toMatchObject({ removed: 25, ancestors: 0, open: 0 });
  expect(refused).toMatchObject({ cause: { cause: { type: 'QueryRefused' } } });
  expect(await store.runs({ limit: 100 })).toHaveLength(1);
  await store.close();
});
