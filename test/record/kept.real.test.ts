/** A store that takes long, though it is there: the code waits no longer than its budget, and a kill does not cost the run. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { ProvenanceError } from '../../src/errors';
import { readSpool } from '../../src/record/spool/report';
import type { Store } from '../../src/store/store';
import { newUid } from '../built';
import { AMPLE_MS, draft, gated, reading, recorderOn, stopOf, storeUrl } from './recorder-kit';
import { fileHandles, spooledText } from './spool-kit';

it.each([
  ['in the middle of its budget', 1_000],
  ['with a budget that was used up before', 0],
])('is in the spool before the code runs, once in the store, and emitted once: %s', async (_, left_ms) => {
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
    const opening = await recorder.open(run, left_ms, { whole_ms: 1_000 });
    expect(opening).toMatchObject({ kind: 'open', state: 'pending' });
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

it('does not use the spool if it commits in time', async () => {
  const folder = join(tmpdir(), `provenance-kept-${newUid()}`);
  const store = await reading(storeUrl());
  const recorder = recorderOn(store, { spool: { folder } });
  expect(await recorder.open(draft(), 60_000)).toMatchObject({ kind: 'open', state: 'committed' });
  await recorder.close(20_000);
  expect((await readSpool(folder)).exists).toBe(false);
});

it('is in the spool before the code runs, also if an outage begins while the store has it', async () => {
  const folder = join(tmpdir(), `provenance-kept-${newUid()}`);
  const store = gated(await reading(storeUrl()));
  const away = new ProvenanceError('STORE_UNREACHABLE', 'gone');
  store.context = vi.fn().mockRejectedValue(away);
  const recorder = recorderOn(store, { spool: { folder } });
  try {
    store.shut();
    const run = draft();
    const opening = recorder.open(run, 400);
    await sleep(50);
    // Reads that fail are what tells of the outage; the group that the store has been given has no answer for 1 s.
    const others = Array.from({ length: 3 }, () => draft({ stash_at: 'execution' }));
    await Promise.all(others.map((other) => recorder.open(other, 400)));
    expect(store.context).toHaveBeenCalledTimes(3);
    expect(await opening).toMatchObject({ kind: 'open', state: 'pending' });
    expect(spooledText(folder)).toContain(run.uid);
    store.open();
    await recorder.close(20_000);
    expect(recorder.statistics.losses).toEqual({});
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('waits for a slow spool, for 1 s at most, before the code runs', async () => {
  const folder = join(tmpdir(), `provenance-kept-${newUid()}`);
  const store = gated(await reading(storeUrl()));
  const recorder = recorderOn(store, { spool: { folder } });
  let release: () => void = () => undefined;
  const sync = vi.spyOn(await fileHandles(), 'datasync');
  try {
    store.fail = new ProvenanceError('STORE_UNREACHABLE', 'gone');
    await recorder.open(draft(), 1_000);
    await vi.waitFor(() => expect(store.failures).toBeGreaterThanOrEqual(3), 20_000);
    await vi.waitFor(async () => expect((await readSpool(folder)).bytes).toBeGreaterThan(0), 20_000);

    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    sync.mockImplementation(() => held);
    const opening = recorder.open(draft(), 200);
    expect(await Promise.race([opening, sleep(400, 'waits')])).toBe('waits');
    release();
    expect(await opening).toMatchObject({ kind: 'open', state: 'pending' });
    expect(await Promise.race([recorder.open(draft(), 10), sleep(5_000, 'waits')])).not.toBe('waits');
    expect(recorder.statistics.losses).toEqual({});
  } finally {
    release();
    sync.mockRestore();
    await recorder.close(20_000);
    rmSync(folder, { recursive: true, force: true });
  }
});

it('under block, a budget that was used up earlier is not a failure of the store: the code runs', async () => {
  const store = await reading(storeUrl());
  const unhurried: Store = Object.assign(Object.create(store), {
    write: async (records: Parameters<Store['write']>[0]) => {
      await sleep(100);
      return store.write(records);
    },
  });
  const recorder = recorderOn(unhurried, { onStoreFailure: 'block' });
  const opening = await recorder.open(draft(), 0, { whole_ms: AMPLE_MS });
  expect(opening).toMatchObject({ kind: 'open', state: 'committed' });
});
