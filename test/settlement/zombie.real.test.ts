/** An attempt that outlived its time limit returns late; the attempt after it runs on a worker that records nothing. */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { expect, it } from 'vitest';
import { openStore } from '../built';
import { makeClient, nativeConnection, runsOf, temporaryStore, unique } from '../plugin/harness';
import { historyValues, PACE, Pace, reconcilePage, ServerHistories } from './operations';

/** Resolves once the server has given the attempt up and waits for the next. */
async function nextAttempt(handle: WorkflowHandle): Promise<void> {
  const pending = async () => (await handle.describe()).raw.pendingActivities?.[0];
  while (((await pending())?.attempt ?? 1) < 2) await sleep(50);
}

it('is not taken for the attempt that completed', async () => {
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({ store, environment: false });
  const [workflows, measurements] = [unique('workflows'), unique('measurements')];
  const connection = await nativeConnection();
  const client = await makeClient({ plugins: [plugin] });
  const decider = await Worker.create({
    connection,
    taskQueue: workflows,
    workflowsPath: join(__dirname, 'zombie-workflows.ts'),
    plugins: [plugin],
  });

  await decider.runUntil(async () => {
    const handle = await client.workflow.start('measureOnce', {
      taskQueue: workflows,
      workflowId: unique('zombie'),
      args: [measurements],
    });
    let begun = (): void => {};
    const began = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const recording = await Worker.create({
      connection,
      taskQueue: measurements,
      shutdownGraceTime: '1 minute',
      plugins: [plugin],
      activities: {
        async measure() {
          begun();
          await nextAttempt(handle);
          return 'late';
        },
      },
    });
    const zombie = recording.run();
    await began;
    recording.shutdown();
    await zombie;
    const silent = await Worker.create({
      connection,
      taskQueue: measurements,
      activities: { measure: async () => 'in time' },
    });
    expect(await silent.runUntil(() => handle.result())).toBe('in time');
  });

  const zombieOf = async () => (await runsOf(store)).find(({ stop }) => stop?.exit_status === 'success');
  expect((await zombieOf())?.settled).toBeNull();
  const writer = await openStore(store);
  const source = new ServerHistories(client, new Pace(PACE));
  await reconcilePage({
    store: writer,
    source,
    values: historyValues(),
    concurrency: 2,
    page_size: 10,
    opened_before: Date.now() / 1000 + 60,
  });
  await writer.close();
  expect(['timed_out', 'superseded']).toContain((await zombieOf())?.settled?.outcome);
});
