/** Activities that complete from elsewhere: still under way after their code has returned, then as the server says. */

import { join } from 'node:path';
import { CompleteAsyncError, Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { expect, it } from 'vitest';
import { statusOf } from '../../src/questions/status';
import { openStore } from '../built';
import { PATIENCE_MS } from '../patience';
import { makeClient, nativeConnection, reading, runsOf, temporaryStore, unique } from '../plugin/harness';
import { historyValues, PACE, Pace, reconcilePage, ServerHistories } from './operations';

it('are shown as open until the server settles them', async () => {
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({ store, environment: false });
  const client = await makeClient({ plugins: [plugin] });
  const taskQueue = unique('async');
  const tokens = new Map<string, Uint8Array>();
  const worker = await Worker.create({
    connection: await nativeConnection(),
    taskQueue,
    workflowsPath: join(__dirname, 'async-workflows.ts'),
    plugins: [plugin],
    activities: {
      async elsewhere(end: string) {
        tokens.set(end, Context.current().info.taskToken);
        throw new CompleteAsyncError();
      },
    },
  });
  const handle = await client.workflow.start('threeEnds', { taskQueue, workflowId: unique('async') });
  const statuses = async () =>
    Object.fromEntries((await runsOf(store)).map((run) => [run.start.temporal.args[0], statusOf(run)]));

  await worker.runUntil(async () => {
    await expect.poll(statuses, { timeout: PATIENCE_MS }).toMatchObject({
      completes: 'async',
      fails: 'async',
    });
    expect((await reading(store, (reader) => reader.counts())).open).toBeGreaterThanOrEqual(2);
    await client.activity.complete(tokens.get('completes') as Uint8Array, 'from elsewhere');
    await client.activity.fail(tokens.get('fails') as Uint8Array, new Error('from elsewhere'));
    await handle.result();
  });
  expect(await statuses()).toEqual({ completes: 'async', fails: 'async', 'times out': 'async' });

  const writer = await openStore(store);
  await reconcilePage({
    store: writer,
    source: new ServerHistories(client, new Pace(PACE)),
    values: historyValues(),
    concurrency: 2,
    page_size: 10,
    opened_before: Date.now() / 1000 + 60,
  });
  expect(await statuses()).toEqual({ completes: 'completed', fails: 'failed', 'times out': 'timed_out' });
  expect((await writer.counts()).open).toBe(0);
  await writer.close();
});
