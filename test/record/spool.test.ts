import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ProvenanceError } from '../../src/errors';
import { openSpool, readSpool, type SpoolOptions } from '../../src/record/spool/spool';
import { isStoreAway } from '../../src/record/store-errors';
import { type OpenRecord, RUN_MISSING, type WriteRecord } from '../../src/store/interface/written';
import { fileSystemOfType, fileSystemWarning } from '../../src/store/place/file-system';
import { away, identity, MemoryStore, newFolder, openSmall, runs, start, stop } from './spool-kit';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let store: MemoryStore;

beforeEach(async () => {
  folder = join(await newFolder(), 'spool');
  store = new MemoryStore();
});

const open = (options: Partial<SpoolOptions> = {}) => openSmall(folder, options);

describe('a spool', () => {
  it('gives the store its records in order, and is empty then', async () => {
    const spool = await open();
    const given = runs(0, 100);
    const receipt = await spool.append(given);
    expect(receipt.stored.every(Boolean)).toBe(true);
    const report = await spool.drain(store);
    expect(report).toEqual({ segments: expect.any(Number), taken: 200, quarantined: 0, torn_tails: 0 });
    expect(store.order).toEqual(given.map(identity));
    expect(await spool.empty()).toBe(true);
    expect([...store.records.values()].filter(({ kind }) => kind === 'open')).toEqual(
      given
        .filter(({ kind }) => kind === 'open')
        .map((record) => ({ ...record, stash_version: null, late: true })),
    );
    await spool.close();
    expect(await readdir(join(folder, 'ledger'))).toEqual([]);
  });

  it('survives its process: the next one imports it', async () => {
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

  it('keeps everything during an outage, and repeats without effect', async () => {
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

  it('imports what is appended while it drains', async () => {
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

  it('is private under every umask, and refuses a folder with other files', async () => {
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

describe('judgement at import', () => {
  it("is the recorder's, which may change a run and is called again if the stash has changed", async () => {
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

describe("records that can't be stored", () => {
  it('cost only themselves, and are set aside and counted', async () => {
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

  it("are tried three times if the store can't be queried, and none is lost to an outage", async () => {
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

  it('of an unknown kind, or no JSON, are kept with their bytes', async () => {
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

describe('the end of a run that the store lacks', () => {
  it('is sent again until the start has arrived from elsewhere', async () => {
    const spool = await open();
    await spool.append([stop('elsewhere'), start('here'), stop('here')]);
    let calls = 0;
    const write: MemoryStore['write'] = async (records) => {
      const answers = await store.write(records);
      const early = ++calls < 3;
      return answers.map((answer, i) =>
        early && identity(records[i]!) === 'elsewhere-stop' ? RUN_MISSING : answer,
      );
    };
    expect(await spool.drain({ write })).toMatchObject({ taken: 3, quarantined: 0 });
    await spool.close();
  });

  it('is recognised by the code of the answer, not by its text', async () => {
    const spool = await open();
    await spool.append([stop('alone')]);
    const write = vi.fn(async (records: readonly WriteRecord[]) =>
      records.map(() => ({ kind: 'rejected' as const, reason: RUN_MISSING.reason })),
    );
    expect(await spool.drain({ write })).toMatchObject({ taken: 0, quarantined: 1 });
    expect(write).toHaveBeenCalledTimes(1);
    await spool.close();
  });

  it('is set aside if the start never arrives, once', async () => {
    const spool = await open();
    await spool.append([stop('alone'), start('here')]);
    const write: MemoryStore['write'] = async (records) =>
      (await store.write(records)).map((answer, i) => (records[i]!.kind === 'stop' ? RUN_MISSING : answer));
    expect(await spool.drain({ write })).toMatchObject({ taken: 1, quarantined: 1 });
    expect((await readSpool(folder)).quarantined).toMatchObject({ records: 1, rejected: 1 });
    await spool.close();
  });
});

describe('a judgement at import that needs the store', () => {
  it('waits for it, and the run keeps its stash', async () => {
    const spool = await open();
    await spool.append([start('a')]);
    let there = false;
    const prepare = async (record: OpenRecord) => {
      if (!there) throw away();
      return [{ ...record, lab: 'judged' }];
    };
    expect((await spool.drain({ write: store.write, prepare })).stopped).toMatchObject({
      code: 'STORE_UNREACHABLE',
    });
    there = true;
    await spool.drain({ write: store.write, prepare });
    expect(store.records.get('a')).toMatchObject({ lab: 'judged' });
    await spool.close();
  });
});

describe('a store', () => {
  it('that is damaged, locked or newer is unavailable; one that refuses a record is not', () => {
    const codes = ['STORE_CORRUPT', 'STORE_BUSY', 'STORE_SCHEMA_NEWER', 'STORE_CLOSED', 'STORE_UNREACHABLE'];
    for (const code of codes as ProvenanceError['code'][])
      expect(isStoreAway(new ProvenanceError(code, code))).toBe(true);
    expect(isStoreAway(new ProvenanceError('METADATA_INVALID', 'no'))).toBe(false);
    expect(isStoreAway(new RangeError('no'))).toBe(false);
  });
});

describe('the kind of file system', () => {
  it('is recognised by its number', () => {
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
