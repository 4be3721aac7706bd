/** Wall clocks that jump under a real worker, and hosts whose clocks differ: durations, order and settlement do not go by them. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import type { Store } from '../../src/store/store';
import { openStore } from '../built';
import { PATIENCE_MS } from '../patience';
import { historyValues, PACE, Pace, reconcilePage, ServerHistories } from '../settlement/operations';
import { activities, makeClient, recording, runsOf, unique } from './harness';

const HOUR_MS = 3_600_000;
const realNow = Date.now;

/** From now on the wall clock is so far off. */
function jump(offset_ms: number): void {
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + offset_ms);
}

afterEach(() => {
  vi.restoreAllMocks();
});

async function reconcile(url: string, grace_s: number) {
  const store: Store = await openStore(url, { mode: 'write' });
  try {
    const source = new ServerHistories(await makeClient(), new Pace(PACE));
    const opened_before = realNow() / 1000 - grace_s;
    const options = { source, values: historyValues(), concurrency: 2, page_size: 100, opened_before };
    return (await reconcilePage({ store, ...options })).counts;
  } finally {
    await store.close();
  }
}

test('a clock that jumps in each activity: durations are true, scan ids give the order, everything is settled', async () => {
  const jumps = [-HOUR_MS, 365 * 24 * HOUR_MS, -realNow(), 0];
  const left = [...jumps];
  const greet = async (name: string) => {
    jump(left.shift()!);
    await pause(30);
    return name;
  };
  const { store } = await recording(
    {},
    async ({ client, taskQueue }) => {
      for (const [index] of jumps.entries()) {
        const workflowId = unique('jump');
        await client.workflow.execute('one', { taskQueue, workflowId, args: [String(index)] });
      }
    },
    { activities: { ...activities, greet } },
  );
  vi.restoreAllMocks();
  const runs = await runsOf(store);
  expect(runs.map(({ start }) => start.temporal.args[0])).toEqual(['0', '1', '2', '3']);
  expect(runs.map(({ start }) => start.scan_id)).toEqual([1, 2, 3, 4]);
  // The wall clock says otherwise.
  expect(runs[0]!.stop!.time).toBeLessThan(runs[0]!.start.time);
  for (const { stop } of runs) {
    expect(stop?.resources?.duration_ms).toBeGreaterThan(20);
    expect(stop?.resources?.duration_ms).toBeLessThan(60_000);
  }
  expect(await reconcile(store, -400 * 24 * 3600)).toMatchObject({ under_way: 0 });
  expect((await runsOf(store)).map(({ settled }) => settled?.outcome)).toEqual(Array(4).fill('completed'));
});

test.each([-5, 5])(
  'a run of a host whose clock is %d minutes off is not taken for lost while it runs',
  async (minutes) => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = false;
    const greet = async (name: string) => {
      begun = true;
      await released;
      return name;
    };
    jump(minutes * 60_000);
    const { store } = await recording(
      {},
      async ({ client, taskQueue, plugin, store: url }) => {
        const handle = await client.workflow.start('one', {
          taskQueue,
          workflowId: unique('host'),
          args: ['x'],
        });
        await vi.waitUntil(() => begun, { timeout: PATIENCE_MS });
        await plugin.flush();
        for (const grace_s of [60, -600]) expect((await reconcile(url, grace_s)).settled).toEqual({});
        release();
        expect(await handle.result()).toBe('x');
      },
      { activities: { ...activities, greet } },
    );
    vi.restoreAllMocks();
    await reconcile(store, -600);
    expect((await runsOf(store)).map(({ stop, settled }) => [stop?.exit_status, settled?.outcome])).toEqual([
      ['success', 'completed'],
    ]);
  },
);
