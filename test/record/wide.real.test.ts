/** Many wide runs at once: more than memory may hold waits for the store or goes to the spool, and none is lost. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { readSpool } from '../../src/record/spool/report';
import type { Store } from '../../src/store/store';
import { newUid } from '../built';
import { AMPLE_MS, draft, reading, recorderOn, stopOf, storeUrl } from './recorder-kit';

const folder = join(tmpdir(), `provenance-wide-${newUid()}`);
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const wide = (i: number) =>
  draft({ layers: { user: { notes: `${i} ${'n'.repeat(100_000)}` }, inferred: {} } });

it('wait for room in memory, in their order, and all are committed', async () => {
  const store = await reading(storeUrl());
  const recorder = recorderOn(store, { queue_bytes: 1_000_000 });
  const most = { bytes: 0 };
  const runs = Array.from({ length: 200 }, (_, i) => wide(i));
  const openings = await Promise.all(
    runs.map(async (run) => {
      const opening = await recorder.open(run, AMPLE_MS);
      most.bytes = Math.max(most.bytes, recorder.statistics.queued_bytes);
      return opening;
    }),
  );
  expect(new Set(openings.map((opening) => opening.kind === 'open' && opening.state))).toEqual(
    new Set(['committed']),
  );
  expect(most.bytes).toBeLessThan(1_500_000);
  const stored = await store.runs({ limit: 1_000 });
  expect(stored.map(({ start }) => start.uid).reverse()).toEqual(runs.map(({ uid }) => uid));
  expect(recorder.statistics.losses).toEqual({});
});

it('go to the spool, a few at a time, during an outage', async () => {
  const store = await reading(storeUrl());
  const writes: (() => void)[] = [];
  let shut = true;
  const gated: Store = Object.assign(Object.create(store), {
    write: async (records: Parameters<Store['write']>[0]) => {
      if (shut) await new Promise<void>((resolve) => writes.push(resolve));
      return store.write(records);
    },
  });
  const recorder = recorderOn(gated, { spool: { folder } });
  const runs = Array.from({ length: 400 }, (_, i) => wide(i));
  await Promise.all(runs.map((run) => recorder.open(run, 50)));
  for (const run of runs) recorder.stop(stopOf(run));
  expect(recorder.statistics.losses).toEqual({});
  shut = false;
  for (const resolve of writes) resolve();
  await recorder.flush(AMPLE_MS);
  await recorder.close(AMPLE_MS);
  expect(recorder.statistics).toMatchObject({ runs: 400, stops: 400, losses: {} });
  expect(await store.counts()).toMatchObject({ runs: 400, open: 0 });
  expect((await readSpool(folder)).segments).toBe(0);
});
