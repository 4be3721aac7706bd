import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readSpool, type Spool, type SpoolOptions } from '../../src/record/spool/spool';
import {
  away,
  bytesIn,
  FaultyFiles,
  identity,
  MemoryStore,
  newFolder,
  openSmall,
  runs,
  start,
  stop,
} from './spool-kit';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let store: MemoryStore;

beforeEach(async () => {
  folder = join(await newFolder(), 'spool');
  store = new MemoryStore();
});

const open = (options: Partial<SpoolOptions> = {}) => openSmall(folder, options);

function storeTakes(): void {}

function storeIsAway(): void {
  store.away = away();
}

describe('damage', () => {
  it('of 200 random bytes costs one record each at most, counted exactly', async () => {
    const bytes = fc.sample(
      fc.tuple(
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 1, max: 255 }),
      ),
      200,
    );
    const spool = await open({ segment_bytes: 65_536 });
    const given = runs(0, 10);
    for (const [where, change] of bytes) {
      const expected = new MemoryStore();
      await spool.append(given);
      // The writer closes its file, so that damaging it is all that happens to it.
      expected.away = away();
      await spool.drain(expected);
      const [name] = (await readdir(folder)).filter((file) => file.endsWith('.seg'));
      const path = join(folder, name as string);
      const data = await readFile(path);
      const at = Math.floor(where * data.length);
      data[at] = (data[at] as number) ^ change;
      await writeFile(path, data);
      const into = new MemoryStore();
      const report = await spool.drain({ write: into.write, probe: async () => true });
      expect(report.stopped).toBeUndefined();
      expect(into.records.size).toBe(given.length - report.quarantined);
      expect(report.quarantined).toBe(at < 16 ? 0 : 1);
    }
    const { quarantined } = await readSpool(folder);
    expect(quarantined.damaged).toBe(spool.statistics.quarantined);
    await spool.close();
  });
});

describe('a failing disk', () => {
  it('in the middle of a write costs exactly what did not fit, and is used again when it has room', async () => {
    const disk = new FaultyFiles();
    const spool = await open({ files: disk.files });
    disk.free = 5000;
    const receipt = await spool.append(runs(0, 50));
    const stored = receipt.stored.filter(Boolean).length;
    expect(stored).toBeGreaterThan(5);
    expect(stored + receipt.dropped).toBe(100);
    expect(receipt.reason).toBe('disk');
    const kinds = runs(0, 50).filter((_, n) => !receipt.stored[n]);
    const { dropped } = await readSpool(folder);
    expect(dropped.by_kind.stop).toBe(kinds.filter(({ kind }) => kind === 'stop').length);
    expect(dropped.by_kind.start + dropped.by_kind.stop).toBe(receipt.dropped);
    disk.free = Number.POSITIVE_INFINITY;
    expect((await spool.append(runs(100, 5))).dropped).toBe(0);
    expect((await spool.drain(store)).taken).toBe(stored + 10);
    await spool.close();
  });

  it('with short writes merges no records', async () => {
    const disk = new FaultyFiles();
    disk.most = 7;
    const spool = await open({ files: disk.files });
    await spool.append(runs(0, 5));
    expect(await spool.drain(store)).toMatchObject({ taken: 10, quarantined: 0, torn_tails: 0 });
    await spool.close();
  });

  it('at fsync is not trusted: the group is written again elsewhere', async () => {
    const disk = new FaultyFiles();
    const spool = await open({ files: disk.files });
    await spool.append(runs(0, 3));
    disk.syncs.push('EIO');
    expect((await spool.append(runs(3, 3))).dropped).toBe(0);
    expect(spool.statistics.last_error).toMatch(/EIO/);
    disk.syncs.push('EIO', 'EIO', 'EIO');
    expect(await spool.append([start('run-6')])).toMatchObject({ dropped: 1, reason: 'disk' });
    await spool.drain(store);
    for (const record of runs(0, 6)) expect(store.records.has(identity(record))).toBe(true);
    await spool.close();
  });

  describe('at a rename keeps no segment from being imported', () => {
    const ok = undefined;
    it.each([
      ['closing it', ['ENOSPC'], storeTakes],
      ['closing it and claiming it', ['ENOSPC', 'ENOSPC'], storeTakes],
      ['letting go of it after a store that was away', [ok, ok, 'ENOSPC'], storeIsAway],
    ])('%s', async (_, codes, first) => {
      const disk = new FaultyFiles();
      const spool = await open({ files: disk.files });
      await spool.append(runs(0, 3));
      disk.renames.push(...codes);
      first();
      await spool.drain(store);
      expect(disk.renames).toEqual([]);
      store.away = undefined;
      await spool.append(runs(3, 3));
      await spool.drain(store);
      expect(store.records.size).toBe(12);
      expect(await spool.empty()).toBe(true);
      await spool.close();
    });

    it("nor one that can't be counted after it was made", async () => {
      const disk = new FaultyFiles();
      const spool = await open({ files: disk.files });
      disk.lists.push(ok, ok, 'EIO');
      disk.removals.push('EIO');
      expect(await spool.append([start('run-0')])).toMatchObject({ stored: [false], reason: 'disk' });
      expect(disk.lists).toEqual([]);
      await spool.append(runs(1, 3));
      expect(await spool.drain(store)).toMatchObject({ taken: 6 });
      expect(await spool.empty()).toBe(true);
      await spool.close();
    });

    it("nor one that it can't remove", async () => {
      const disk = new FaultyFiles();
      const spool = await open({ files: disk.files });
      disk.free = 0;
      disk.removals.push('EIO', 'EIO', 'EIO');
      expect((await spool.append([start('run-0')])).stored).toEqual([false]);
      disk.free = Number.POSITIVE_INFINITY;
      expect((await readSpool(folder)).segments).toBe(3);
      await spool.append(runs(1, 3));
      expect(await spool.drain(store)).toMatchObject({ taken: 6, quarantined: 0, torn_tails: 0 });
      expect(await spool.empty()).toBe(true);
      await spool.close();
    });
  });

  it('that accepts no new file drops and counts, and never throws', async () => {
    const disk = new FaultyFiles();
    const spool = await open({ files: disk.files });
    disk.creates.push('EFBIG');
    expect((await spool.append(runs(0, 1))).stored).toEqual([false, false]);
    expect((await spool.append(runs(1, 1))).stored).toEqual([true, true]);
    await spool.close();
    expect((await readSpool(folder)).dropped.by_reason.disk).toBe(2);
  });
});

describe('a copy without room', () => {
  it('is no loss, and the end of its run is imported', async () => {
    const disk = new FaultyFiles();
    const spool = await open({ files: disk.files });
    disk.creates.push('ENOSPC');
    expect(await spool.appendCopies([start('run-0')])).toMatchObject({ stored: [false], reason: 'disk' });
    expect((await readSpool(folder)).dropped.last_time).toBe(0);
    expect(await spool.append([stop('run-0')])).toMatchObject({ stored: [true], dropped: 0 });
    await spool.close();
  });
});

describe('the cap', () => {
  it('is never exceeded over several writers, and its drops are counted exactly', async () => {
    const cap_bytes = 64 * 1024;
    const spools = await Promise.all([1, 2, 3].map(() => open({ cap_bytes })));
    const dropped = { start: 0, stop: 0 };
    let stored = 0;
    for (let n = 0; n < 120; n += 1) {
      const given = [start(`run-${n}`), stop(`run-${n}`)];
      const receipt = await (spools[n % 3] as Spool).append(given);
      stored += receipt.stored.filter(Boolean).length;
      if (!receipt.stored[0]) dropped.start += 1;
      if (!receipt.stored[1]) dropped.stop += 1;
      expect(await bytesIn(folder)).toBeLessThanOrEqual(cap_bytes);
    }
    expect(dropped.start).toBeGreaterThan(20);
    const { by_kind, by_reason } = (await readSpool(folder)).dropped;
    expect(by_kind).toEqual({ ...dropped, other: 0 });
    expect(by_reason.cap).toBe(dropped.start + dropped.stop);
    await Promise.all(spools.map((spool) => spool.close()));
    const next = await open({ cap_bytes });
    expect((await next.drain(store)).taken).toBe(stored);
    expect(store.faults).toEqual([]);
    expect((await next.append(runs(900, 2))).dropped).toBe(0);
    await next.close();
    expect((await readSpool(folder)).dropped.by_kind).toEqual({ ...dropped, other: 0 });
  });

  it('keeps room for the ends of spooled runs, and accepts no ends of other runs', async () => {
    const spool = await open({ cap_bytes: 64 * 1024 });
    const uids = Array.from({ length: 200 }, (_, n) => `run-${n}`);
    const starts = await spool.append(uids.map((uid) => start(uid)));
    expect(starts.reason).toBe('cap');
    const stored = uids.filter((_, n) => starts.stored[n]).slice(-20);
    expect((await spool.append(stored.map(stop))).dropped).toBe(0);
    expect((await spool.append([stop('run-199')])).dropped).toBe(1);
    await spool.drain(store);
    expect(store.faults).toEqual([]);
    await spool.close();
  });

  it('applies to what waits in memory', async () => {
    const spool = await open({ queue_bytes: 3000 });
    const receipts = await Promise.all(runs(0, 50).map((record) => spool.append([record])));
    const stored = receipts.filter(({ stored: [first] }) => first).length;
    expect(stored).toBeLessThan(100);
    expect((await readSpool(folder)).dropped.by_reason.queue).toBe(100 - stored);
    expect((await spool.drain(store)).taken).toBe(stored);
    await spool.close();
  });

  it('allows a record longer than a segment, but not longer than the cap', async () => {
    const spool = await open({ cap_bytes: 64 * 1024 });
    const long = await spool.append([
      start('a', 'x'.repeat(20_000)),
      start('b', 'x'.repeat(100_000)),
      stop('a'),
    ]);
    expect(long.stored).toEqual([true, false, true]);
    expect((await spool.drain(store)).taken).toBe(2);
    await spool.close();
  });
});
