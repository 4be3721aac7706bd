/** Which openings share a commit, on a clock that stands still between steps. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { QueueEntry } from '../../src/record/delivery/entry';
import { GroupQueue } from '../../src/record/delivery/queue';
import type { WriteAnswer, WriteRecord } from '../../src/store/interface/written';

const COMMIT_MS = 4;
const PATIENCE_MS = 12;

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

function queueThatTakes(commit_ms: number) {
  const groups: number[] = [];
  const write = async (records: readonly WriteRecord[]): Promise<WriteAnswer[]> => {
    groups.push(records.length);
    await new Promise((resolve) => setTimeout(resolve, commit_ms));
    return records.map(() => ({ kind: 'done' }));
  };
  const listener = { early: () => false, committed: () => undefined, failed: () => undefined };
  const queue = new GroupQueue({ write, wait_ms: 0 }, listener);
  return { queue, groups };
}

/** Its time from push to answer. */
function open(queue: GroupQueue, done: (waited_ms: number) => void): void {
  const pushed = performance.now();
  const entry: QueueEntry = {
    record: { kind: 'open' } as WriteRecord,
    bytes: 1,
    patience_ms: PATIENCE_MS,
    done: () => done(performance.now() - pushed),
  };
  queue.push(entry);
}

it('openings that arrive singly share commits, and none waits longer than its patience and two commits', async () => {
  const { queue, groups } = queueThatTakes(COMMIT_MS);
  const waited: number[] = [];
  for (let i = 0; i < 100; i++) {
    open(queue, (ms) => waited.push(ms));
    await vi.advanceTimersByTimeAsync(3);
  }
  await vi.advanceTimersByTimeAsync(100);
  expect(waited).toHaveLength(100);
  expect(groups.length).toBeLessThan(40);
  expect(Math.max(...waited)).toBeLessThanOrEqual(PATIENCE_MS + 2 * COMMIT_MS + 1);
});

it.each([1, 3])('%i sequential chains of runs are not delayed', async (chains) => {
  const { queue, groups } = queueThatTakes(COMMIT_MS);
  const waited: number[] = [];
  const next = (left: number): void => {
    if (left === 0) return;
    open(queue, (ms) => {
      waited.push(ms);
      next(left - 1);
    });
  };
  for (let chain = 0; chain < chains; chain++) next(50);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(waited).toHaveLength(50 * chains);
  expect(groups.length).toBeLessThanOrEqual(51);
  expect(Math.max(...waited)).toBeLessThanOrEqual(COMMIT_MS + 1);
});

it('the end of a burst costs one wait', async () => {
  const { queue } = queueThatTakes(COMMIT_MS);
  for (let i = 0; i < 20; i++) {
    open(queue, () => undefined);
    await vi.advanceTimersByTimeAsync(1);
  }
  await vi.advanceTimersByTimeAsync(100);
  const waited: number[] = [];
  for (let i = 0; i < 3; i++) {
    open(queue, (ms) => waited.push(ms));
    await vi.advanceTimersByTimeAsync(50);
  }
  expect(waited[0]).toBeLessThanOrEqual(PATIENCE_MS + COMMIT_MS + 1);
  expect(waited.slice(1).every((ms) => ms <= COMMIT_MS + 1)).toBe(true);
});
