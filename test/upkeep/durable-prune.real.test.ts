/** Retention as a durable workflow, on the operations worker and the real server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../built';
import { temporalAddress } from '../real/temporal-server';
import { createOperationsWorker, PACE } from '../settlement/operations';
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

it('refuses an input with a field that is unknown or missing, and names it', async () => {
  const store = await openStore(url);
  const client = new Client({ connection });
  const taskQueue = 'durable-inputs';
  const shared = { connection: native, client, namespace: 'default', store, lab: 'default', pace: PACE };
  const worker = await createOperationsWorker({ ...shared, storeUrl: url, taskQueue });
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
      /'olderthan' is no field of its input; 'older_than_ms' was probably meant/,
      'prune',
      { olderthan: 1000 },
    ],
    [/neither older_than_ms nor progress_older_than_ms/, 'prune', {}],
    [/neither older_than_ms nor progress_older_than_ms/, 'prune', { page_size: 4 }],
    [/not an object with older_than_ms, where/, 'prune'],
    [/not an object/, 'prune', null],
    [/'older_than_ms' is not a number of milliseconds/, 'prune', { older_than_ms: '365d' }],
    [/'older_than_ms' is not a number of milliseconds/, 'prune', { older_than_ms: -1 }],
    [/'where' goes with older_than_ms/, 'prune', { progress_older_than_ms: 1000, where: 'a = 1' }],
    [/'grace' is no field of its input/, 'reconcile', { grace: 1000 }],
    [/'page_size' is not a whole number from 1/, 'reconcile', { page_size: 0 }],
    [/names no query/, 'backfill', {}],
    [/'querry' is no field of its input; 'query' was probably meant/, 'backfill', { querry: '' }],
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

it('prunes page by page, and refuses a filter that is none', async () => {
  const store = await openStore(url);
  const old = (n: number) => opening({ n, time: 1_600_000_000 + (n % 3), fields: { n } });
  const numbers = Array.from({ length: 25 }, (_, n) => n + 1);
  await store.write(numbers.flatMap((n) => [old(n), stopping(n, { time: 1_600_000_100 })]));
  await store.write([opening({ n: 99 })]);
  const client = new Client({ connection });
  const taskQueue = 'durable-prune';
  const shared = { connection: native, client, namespace: 'default', store, lab: 'default', pace: PACE };
  const worker = await createOperationsWorker({ ...shared, storeUrl: url, taskQueue });
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
