/** A wall clock that jumps: nothing that waits, waits by it. */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, it, vi } from 'vitest';
import { AMPLE_MS, draft, reading, recorderOn, stopOf, storeUrl } from './recorder-kit';

const threads: Worker[] = [];
const workerThreads = createRequire(import.meta.url)('node:worker_threads') as { Worker: typeof Worker };
workerThreads.Worker = class extends Worker {
  constructor(...args: ConstructorParameters<typeof Worker>) {
    super(...args);
    threads.push(this);
  }
};

afterEach(() => {
  vi.restoreAllMocks();
});

const HOUR_MS = 3_600_000;
const jumps: [string, (now: number) => number][] = [
  ['an hour back', (now) => now - HOUR_MS],
  ['a year ahead', (now) => now + 365 * 24 * HOUR_MS],
  ['to 1970', () => 0],
];

it.each(jumps)(
  '%s: a dead thread is restarted, runs open, losses and flushes are written',
  async (_, jump) => {
    const url = storeUrl();
    const recorder = recorderOn(url);
    const before = draft();
    expect(await recorder.open(before, AMPLE_MS)).toMatchObject({ state: 'committed' });
    await threads.at(-1)!.terminate();
    const now = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => jump(now()));
    const after = draft();
    expect(await recorder.open(after, AMPLE_MS)).toMatchObject({ state: 'committed', scan_id: 2 });
    recorder.lose('lookup', 'too late');
    recorder.lose('lookup', 'too late');
    for (const run of [before, after]) recorder.stop(stopOf(run));
    await recorder.flush(AMPLE_MS);
    recorder.lose('lookup', 'too late');
    await recorder.close(AMPLE_MS);
    vi.restoreAllMocks();
    const store = await reading(url);
    expect(await store.counts()).toMatchObject({ runs: 2, open: 0 });
    expect((await store.losses()).map(({ loss, count }) => [loss, count])).toEqual([['lookup', 3]]);
  },
);
