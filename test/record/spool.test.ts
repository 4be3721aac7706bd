import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ProvenanceError } from '../../src/errors';
import { fileSystemOfType, fileSystemWarning } from '../../src/record/spool/file-system';
import { openSpool, readSpool, type Spool, type SpoolOptions } from '../../src/record/spool/spool';
import type { OpenRecord, WriteRecord } from '../../src/store/store';
import { FaultyFiles, identity, MemoryStore, newFolder, start, stop } from './spool-kit';

let folder: string;
let store: MemoryStore;

beforeEach(async () => {
  folder = join(await newFolder(), 'spool');
  store = new MemoryStore();
});

const open = (options: Partial<SpoolOptions> = {}): Promise<Spool> =>
  openSpool({ folder, segment_bytes: 4096, retry_ms: 0, ...options });

const runs = (from: number, count: number): WriteRecord[] =>
  Array.from({ length: count }, (_, n) => [start(`run-${from + n}`), stop(`run-${from + n}`)]).flat();

const away = () => new ProvenanceError('STORE_UNREACHABLE', 'down');

async function bytesIn(path: string): Promise<number> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  const kept = entries.filter(
    (entry) => entry.isFile() && entry.name !== 'spool.json' && !entry.parentPath.endsWith('ledger'),
  );
  const sizes = await Promise.all(kept.map((entry) => stat(join(entry.parentPath, entry.name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

describe('a spool', () => {
  it('gives the store what it was given, in order, and is empty then', async () => {
    const spool = await open();
    const given = runs(0, 100);
    const receipt = await spool.append(given);
    expect(receipt.stored.every(Boolean)).toBe(true);
    const report = await spool.drain(store);
    expect(report).toEqual({ segments: expect.any(Number), taken: 200, quarantined: 0, torn_tails: 0 });
    expect(store.order).toEqual(given.map(identity));
    expect(await spool.empty()).toBe(true);
    expect([...store.records.values()].filter(({ kind }) => kind === 'open')).toEqual(
      given.filter(({ kind }) => kind === 'open').map((record) => ({ ...record, stash_version: null })),
    );
    await spool.close();
    expect(await readdir(join(folder, 'ledger'))).toEqual([]);
  });

  it('outlives its process: the next one takes it in', async () => {
    const first = await open();
    await Promise.all(runs(0, 50).map((record) => first.append([record])));
    await first.close();
    const second = await open();
    expect((await second.drain(store)).taken).toBe(100);
    expect(store.faults).toEqual([]);
    await second.close();
  });

  it('sends what runs refer to before the runs', async () => {
    const spool = await open();
    const session = { kind: 'session', session: { session_id: 's' } } as unknown as WriteRecord;
    const environment = {
      kind: 'environment',
      environment: { id: 'e' },
      blobs: [],
    } as unknown as WriteRecord;
    await spool.append([start('a'), session, environment, stop('a')]);
    await spool.drain(store);
    expect(store.order).toEqual([identity(environment), identity(session), 'a', 'a-stop']);
    await spool.close();
  });

  it('keeps all of it while the store is away, and repeats without effect', async () => {
    const spool = await open();
    await spool.append(runs(0, 60));
    store.away = away();
    expect((await spool.drain(store)).stopped).toBe(store.away);
    expect(await spool.empty()).toBe(false);
    store.away = undefined;
    let calls = 0;
    const breaking = async (records: readonly WriteRecord[]) => {
      const answers = await store.write(records);
      calls += 1;
      if (calls === 2) throw away();
      return answers;
    };
    expect((await spool.drain({ write: breaking })).stopped).toBeInstanceOf(ProvenanceError);
    expect((await spool.drain(store)).stopped).toBeUndefined();
    expect(store.records.size).toBe(120);
    expect(store.repeated).toBeGreaterThan(0);
    expect(store.faults).toEqual([]);
    await spool.close();
  });

  it('takes in what is appended while it drains', async () => {
    const spool = await open();
    await spool.append(runs(0, 10));
    let more = 5;
    const write = async (records: readonly WriteRecord[]) => {
      if (more > 0) await spool.append(runs(more-- * 100, 3));
      return store.write(records);
    };
    await spool.drain({ write });
    expect(store.records.size).toBe(20 + 30);
    expect(await spool.empty()).toBe(true);
    await spool.close();
  });

  it('is private whatever the umask is, and refuses a folder that holds other things', async () => {
    const before = process.umask(0);
    try {
      const spool = await open();
      await spool.append([start('a')]);
      for (const name of ['.', 'quarantine', 'ledger'])
        expect((await stat(join(folder, name))).mode & 0o777).toBe(0o700);
      for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }))
        if (entry.isFile()) expect((await stat(join(entry.parentPath, entry.name))).mode & 0o777).toBe(0o600);
      await spool.close();
    } finally {
      process.umask(before);
    }
    const other = await newFolder();
    await writeFile(join(other, 'thesis.tex'), '');
    await expect(openSpool({ folder: other })).rejects.toThrow(/folder of its own/);
    await mkdir(join(other, 'open'), { mode: 0o755 });
    const inside = await openSpool({ folder: join(other, 'open') });
    expect((await stat(join(other, 'open'))).mode & 0o777).toBe(0o700);
    await inside.close();
  });
});

describe('judgement at intake', () => {
  it('is left to the recorder, which may add to a run and is asked again when the stash has moved', async () => {
    const spool = await open();
    await spool.append([start('a'), stop('a')]);
    const stash = { lab: 'default', version: 9, values: { sample: 'Au' }, scan_id: 0 };
    const asked: unknown[] = [];
    const prepare = (record: OpenRecord, seen?: typeof stash): WriteRecord[] => {
      asked.push(seen?.version);
      return [{ ...record, stash_version: seen?.version ?? 1 }];
    };
    const write = async (records: readonly WriteRecord[]) => {
      const moved = records.map((record) => record.kind === 'open' && record.stash_version === 1);
      const answers = await store.write(records.filter((_, index) => !moved[index]));
      return moved.map((each) => (each ? { kind: 'stash-moved' as const, stash } : answers.shift()!));
    };
    await spool.drain({ write, prepare });
    expect(asked).toEqual([undefined, 9]);
    expect(store.records.get('a')).toMatchObject({ stash_version: 9 });
    await spool.close();
  });

  it('that fails, or never ends, costs no record', async () => {
    const spool = await open();
    await spool.append([start('a')]);
    const prepare = () => {
      throw new Error('validator');
    };
    await spool.drain({ write: store.write, prepare });
    await spool.append([start('b')]);
    const stash = { lab: 'default', version: 9, values: {}, scan_id: 0 };
    const always = async (records: readonly WriteRecord[]) => {
      if (records.some((record) => record.kind === 'open' && record.stash_version !== null))
        return records.map(() => ({ kind: 'stash-moved' as const, stash }));
      return store.write(records);
    };
    await spool.drain({ write: always, prepare: (record) => [{ ...record, stash_version: 5 }] });
    expect([...store.records.keys()]).toEqual(['a', 'b']);
    await spool.close();
  });
});

describe('records that can not be stored', () => {
  it('cost themselves only, and are kept aside and counted', async () => {
    const spool = await open();
    await spool.append(runs(0, 200));
    for (const id of ['run-0', 'run-77', 'run-78-stop', 'run-199-stop']) store.poison.add(id);
    store.rejected.add('run-100-stop');
    const report = await spool.drain({ write: store.write, probe: async () => true });
    expect(report).toMatchObject({ taken: 395, quarantined: 5 });
    expect(store.records.size).toBe(395);
    const { quarantined } = await readSpool(folder);
    expect(quarantined).toMatchObject({ records: 5, rejected: 5 });
    expect(await spool.empty()).toBe(true);
    await spool.close();
  });

  it('are given three tries when the store can not be asked, and none are lost to an outage', async () => {
    const spool = await open();
    await spool.append(runs(0, 3));
    store.poison.add('run-1');
    expect((await spool.drain(store)).stopped).toBeInstanceOf(RangeError);
    expect((await spool.drain(store)).stopped).toBeInstanceOf(RangeError);
    expect(await spool.drain(store)).toMatchObject({ taken: 5, quarantined: 1 });
    await spool.append(runs(9, 1));
    const gone = new MemoryStore();
    gone.away = new Error('a driver without a code');
    const probe = async () => {
      throw away();
    };
    for (let n = 0; n < 6; n += 1)
      expect((await spool.drain({ write: gone.write, probe })).quarantined).toBe(0);
    expect((await spool.drain(store)).taken).toBe(2);
    await spool.close();
  });

  it('of a kind that is not known, or no JSON, are kept with their bytes', async () => {
    const spool = await open();
    await spool.append([start('a'), 'not a record' as unknown as WriteRecord, start('b')]);
    expect(await spool.drain(store)).toMatchObject({ taken: 2, quarantined: 1 });
    const [name] = await readdir(join(folder, 'quarantine'));
    const lines = (await readFile(join(folder, 'quarantine', name as string), 'utf8')).trim().split('\n');
    const { base64 } = JSON.parse(lines[1] as string);
    expect(JSON.parse(Buffer.from(base64, 'base64').toString())).toBe('not a record');
    await spool.close();
  });
});

describe('damage', () => {
  it('of 200 random bytes costs a record each at most, counted exactly', async () => {
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

describe('a disk that fails', () => {
  it('in the middle of a write costs what did not fit, exactly, and is used again when it has room', async () => {
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

  it('at fsync is not believed: the group is written again elsewhere', async () => {
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

  it('that takes no new file drops and counts, and never throws', async () => {
    const disk = new FaultyFiles();
    const spool = await open({ files: disk.files });
    disk.creates.push('EFBIG');
    expect((await spool.append(runs(0, 1))).stored).toEqual([false, false]);
    expect((await spool.append(runs(1, 1))).stored).toEqual([true, true]);
    await spool.close();
    expect((await readSpool(folder)).dropped.by_reason.disk).toBe(2);
  });
});

describe('the cap', () => {
  it('is never exceeded over several writers, and what it drops is counted exactly', async () => {
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

  it('keeps room for the ends of runs that are there, and takes none of runs that are not', async () => {
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

  it('of what waits in memory is kept, too', async () => {
    const spool = await open({ queue_bytes: 3000 });
    const receipts = await Promise.all(runs(0, 50).map((record) => spool.append([record])));
    const stored = receipts.filter(({ stored: [first] }) => first).length;
    expect(stored).toBeLessThan(100);
    expect((await readSpool(folder)).dropped.by_reason.queue).toBe(100 - stored);
    expect((await spool.drain(store)).taken).toBe(stored);
    await spool.close();
  });

  it('lets a record be longer than a segment, but not than the cap', async () => {
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

describe('against a model', () => {
  it('stores what it said it stored, once each and in order, whatever happens in between', async () => {
    type Step = 'append' | 'drain' | 'away' | 'reopen' | 'full' | 'eio' | 'taken' | 'short';
    const steps = fc.array(
      fc.constantFrom<Step>(
        'append',
        'append',
        'append',
        'drain',
        'away',
        'reopen',
        'full',
        'eio',
        'taken',
        'short',
      ),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        folder = join(await newFolder(), 'spool');
        store = new MemoryStore();
        const disk = new FaultyFiles();
        const reopen = () => open({ files: disk.files, segment_bytes: 2048 });
        let spool = await reopen();
        const model: string[] = [];
        let dropped = 0;
        const perform: { [step in Step]: () => unknown } = {
          append: async () => {
            const given = runs(model.length + dropped + 1000 * script.length, 2);
            const receipt = await spool.append(given);
            disk.free = Number.POSITIVE_INFINITY;
            disk.most = Number.POSITIVE_INFINITY;
            dropped += receipt.dropped;
            model.push(...given.filter((_, n) => receipt.stored[n]).map(identity));
          },
          drain: () => spool.drain(store),
          away: () => spool.drain({ write: () => Promise.reject(away()) }),
          reopen: async () => {
            await spool.close();
            spool = await reopen();
          },
          full: () => {
            disk.free = 300;
          },
          eio: () => void disk.syncs.push('EIO'),
          short: () => {
            disk.most = 11;
          },
          // Another process that thinks the writer dead takes its segment while it is written.
          taken: async () => {
            const other = await open({ lease_ms: 0 });
            await other.drain(store);
            await other.drain(store);
            await other.close();
          },
        };
        for (const step of script) await perform[step]();
        disk.free = Number.POSITIVE_INFINITY;
        disk.syncs.length = 0;
        await spool.drain(store);
        const starts = (ids: Iterable<string>) => [...ids].filter((id) => model.includes(id));
        expect(starts(store.order)).toEqual(model);
        expect((await readSpool(folder)).dropped.by_kind).toMatchObject({ other: 0 });
        const counted = (await readSpool(folder)).dropped.by_kind;
        expect(counted.start + counted.stop).toBe(dropped);
        expect(await spool.empty()).toBe(true);
        await spool.close();
      }),
      { numRuns: 60 },
    );
  });
});

describe('the kind of file system', () => {
  it('is told by its number', () => {
    const kinds = [
      0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x65735546, 0x01021994, 0x794c7630, 0xef53, 0x58465342,
    ].map((type) => fileSystemOfType(type, 'linux'));
    expect(kinds.map(({ name }) => name)).toEqual([
      'nfs',
      'smb',
      'cifs',
      'smb2',
      'fuse',
      'tmpfs',
      'overlay',
      'ext4',
      'xfs',
    ]);
    expect(fileSystemOfType(-11_317_950, 'linux').name).toBe('cifs');
    expect(fileSystemOfType(0x6969, 'darwin').kind).toBe('unknown');
    expect(fileSystemWarning('The spool', '/x', { kind: 'network', name: 'nfs' })).toMatch(/nfs/);
    expect(fileSystemWarning('The spool', '/x', { kind: 'local', name: 'ext4' })).toBeNull();
  });
});
