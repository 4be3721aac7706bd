/** How much of what is logged is kept, and how long. */
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { progressActivities } from './fixtures/progress-activities';
import { reading, recording, runsOf, temporaryStore, unique } from './harness';

const { openStore } = createRequire(import.meta.url)(
  '../../dist/src/store/open.js',
) as typeof import('../../src/store/open');

const DAY_S = 86_400;
const OLD = { run_start: null, run_id: '00000000-0000-4000-8000-00000000000c' };

test('the last lines are kept, and none older than the lab wants', async () => {
  const url = temporaryStore();
  const store = await openStore(url);
  const now = Date.now() / 1000;
  await store.write([
    {
      kind: 'log',
      ...OLD,
      first: 0,
      keep_from: 0,
      lines: [3, 0.5].map((days) => ({
        time: now - days * DAY_S,
        level: 'INFO',
        message: `${days} days ago`,
      })),
    },
  ]);
  await store.close();
  await recording(
    { store: url, log: { lines: 2, keepDays: 1 } },
    async ({ client, taskQueue }) => {
      const handle = await client.workflow.start('told', { taskQueue, workflowId: unique('told') });
      await handle.executeUpdate('setExposure', { args: [20] });
      await handle.signal('resume', 'now');
      await handle.result();
    },
    {
      workflowBundle: undefined,
      workflowsPath: require.resolve('./fixtures/progress-workflows.ts'),
      activities: progressActivities,
    },
  );
  const simulated = (await runsOf(url)).find(({ start }) => start.temporal.activity_type === 'simulate');
  await reading(url, async (reader) => {
    const lines = await reader.log({ run_start: simulated!.start.uid });
    expect(lines.map(({ message }) => message)).toEqual(['step 1', 'step 2']);
    expect((await reader.log({ run_id: OLD.run_id })).map(({ message }) => message)).toEqual([
      '0.5 days ago',
    ]);
    expect(await reader.losses()).toEqual([]);
  });
});
