/** A store that takes long, though it is there: the code waits no longer than its budget, and a kill does not cost the run. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSpool } from '../../src/record/spool/report';
import type { Store } from '../../src/store/store';
import { newUid } from '../store/built';
import { draft, reading, recorderOn, stopOf, storeUrl } from './recorder-kit';

it('is in the spool before the code runs, once in the store, and told once', async () => {
  const folder = join(tmpdir(), `provenance-kept-${newUid()}`);
  const store = await reading(storeUrl());
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow: Store = Object.assign(Object.create(store), {
    write: async (records: Parameters<Store['write']>[0]) => {
      await released;
      return store.write(records);
    },
  });
  const told: string[] = [];
  const recorder = recorderOn(slow, { spool: { folder }, subscribers: [(name) => told.push(name)] });
  try {
    const run = draft();
    expect(await recorder.open(run, 1_000)).toMatchObject({ kind: 'open', state: 'pending' });
    expect((await readSpool(folder, { count: true })).records).toBeGreaterThanOrEqual(1);
    release();
    recorder.stop(stopOf(run));
    await recorder.flush(20_000);
    expect(recorder.statistics.runs).toBe(1);
    await recorder.close(20_000);
    expect(told).toEqual(['start', 'stop']);
    expect(await store.counts()).toMatchObject({ runs: 1, open: 0 });
    expect((await readSpool(folder)).segments).toBe(0);
    expect(recorder.statistics).toMatchObject({ runs: 1, losses: {} });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('stays away from the spool where it commits in time', async () => {
  const folder = join(tmpdir(), `provenance-kept-${newUid()}`);
  const store = await reading(storeUrl());
  const recorder = recorderOn(store, { spool: { folder } });
  expect(await recorder.open(draft(), 60_000)).toMatchObject({ kind: 'open', state: 'committed' });
  await recorder.close(20_000);
  expect((await readSpool(folder)).exists).toBe(false);
});
