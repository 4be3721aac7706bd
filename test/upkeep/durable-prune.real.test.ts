/** Retention as a durable workflow, on the operations worker and the real server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporalAddress } from '../real/temporal-server';
import { createOperationsWorker, openStore, PACE } from '../settlement/built';
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
