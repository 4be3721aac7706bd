/** A purge of what waits: each kind of record, segments that others write or take in, damage, quarantine, a full disk. */
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { realFiles } from '../../src/record/spool/files';
import { parseSegment, segmentFile } from '../../src/record/spool/names';
import { ownTag } from '../../src/record/spool/owner';
import { openSpool, readSpool } from '../../src/record/spool/spool';
import type { WriteRecord } from '../../src/store/interface/written';
import { fieldEdit, personEdit } from '../../src/upkeep/purge/edits';
import { purgeSpool } from '../../src/upkeep/purge/spool';
import { dropWaiting, editWaiting } from '../../src/upkeep/purge/waiting';
import { FaultyFiles, MemoryStore, newFolder, start, stop } from '../record/spool-kit';
import { opening, stopping, uidOf } from '../store/runs';

const PERSON = 'Ada Lovelace';
const person = editWaiting(personEdit(PERSON));
const field = editWaiting(fieldEdit('sample.owner'));
const NOW = { dry: false, wait_ms: 0 };

/** Bytes of all files of a spool. */
function bytesOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return files
    .map((file) => {
      const text = readFileSync(join(file.parentPath, file.name), 'latin1');
      const lines = text.split('\n').flatMap((line) => /"base64":"([^"]*)"/.exec(line)?.[1] ?? []);
      return text + lines.map((line) => Buffer.from(line, 'base64').toString('latin1')).join('');
    })
    .join('');
}

async function spooled(records: readonly WriteRecord[]): Promise<string> {
  const folder = await newFolder();
  const spool = await openSpool({ folder });
  await spool.append(records);
  await spool.close();
  return folder;
}

async function taken(folder: string, store = new MemoryStore()): Promise<MemoryStore> {
  const spool = await openSpool({ folder });
  await spool.drain(store);
  await spool.close();
  return store;
}

const address = { namespace: 'default', workflow_id: `of ${PERSON}`, run_id: 'execution-1' };
const KINDS: readonly WriteRecord[] = [
  opening({
    n: 1,
    fields: { operator: PERSON, sample: { name: 'Au', owner: 'Mallory' } },
    temporal: { args: [PERSON] },
  }),
  stopping(1, { time: 2, temporal: { result: [PERSON] } }),
  {
    kind: 'refusal',
    refusal_id: uidOf(500),
    time: 1,
    lab: 'default',
    issues: [{ path: ['operator'], message: `not ${PERSON}` }],
    document: JSON.stringify({ fields: { operator: PERSON, sample: { owner: 'Mallory' } }, sources: {} }),
  },
  {
    kind: 'context',
    run_id: 'execution-1',
    n: 0,
    document: JSON.stringify({ user: { operator: PERSON, sample: { owner: 'Mallory' } } }),
  },
  { kind: 'loss', time: 1, session_id: 's', loss: 'start', count: 1, detail: `for ${PERSON}` },
  {
    kind: 'settled',
    document: {
      schema_version: 1,
      run_start: uidOf(1),
      time: 2,
      outcome: 'completed',
      evidence: { by: PERSON },
    },
  },
  {
    kind: 'execution',
    start: { schema_version: 1, ...address, workflow_type: 'scan', start_time: 1, args: [PERSON] } as never,
  },
  {
    kind: 'execution-close',
    close: {
      schema_version: 1,
      ...address,
      close_time: 2,
      status: 'completed',
      result: [PERSON],
      origin: 'server',
    },
  },
  {
    kind: 'decision',
    decision: {
      ...address,
      kind: 'signal',
      ordinal: 1,
      time: 1,
      identity: PERSON,
      origin: 'sandbox',
    } as never,
  },
  {
    kind: 'checkpoint',
    checkpoint: {
      schema_version: 1,
      checkpoint_id: uidOf(600),
      run_start: uidOf(1),
      index: 0,
      start_time: 1,
      stop_time: 2,
      details: [PERSON],
    },
  },
  { kind: 'session', session: { session_id: 's', user: PERSON } as never },
  {
    kind: 'log',
    run_start: uidOf(1),
    run_id: 'execution-1',
    first: 0,
    lines: [{ time: 1, level: 'INFO', message: `asked ${PERSON}`, attributes: { who: PERSON } }],
    keep_from: 0,
  },
  {
    kind: 'resolution',
    run_id: 'execution-1',
    activity_id: '9',
    time: 2,
    outcome: 'completed',
    asked: { ...address, activity_id: '9', args: [PERSON] } as never,
  },
  { kind: 'answered', run_id: 'execution-1', activity_id: '9' },
  {
    kind: 'environment',
    environment: { id: 'e', detail: { git: { author: PERSON } } } as never,
    blobs: [
      { digest: 'sha256:1', media_type: 'text/x-diff', bytes: Buffer.from(`+ by ${PERSON}`) },
      { digest: 'sha256:2', media_type: 'text/x-diff', bytes: Buffer.from('+ by nobody') },
    ],
  },
];

describe('records that wait', () => {
  it('lose a person, whatever their kind, and keep the names that they are found by', async () => {
    const folder = await spooled(KINDS);
    const before = bytesOf(folder);
    expect(await purgeSpool(folder, person, { dry: true })).toEqual({
      spool: KINDS.length - 1,
      quarantine: 0,
      unreached: 0,
    });
    expect(bytesOf(folder)).toBe(before);
    expect((await purgeSpool(folder, person, NOW)).spool).toBe(KINDS.length - 1);
    expect((await purgeSpool(folder, person, NOW)).spool).toBe(0);
    const store = await taken(folder);
    expect(store.records.size).toBe(KINDS.length);
    const texts = [...store.records.values()].map((record) => JSON.stringify(record));
    expect(texts.join('').replaceAll(`"of ${PERSON}"`, '')).not.toContain(PERSON);
    expect(texts.filter((text) => text.includes(`"workflow_id":"of ${PERSON}"`))).toHaveLength(4);
    const environment = [...store.records.values()].find(({ kind }) => kind === 'environment');
    expect(environment).toMatchObject({ blobs: [{ digest: 'sha256:2' }] });
    expect(store.records.get(uidOf(1))).toMatchObject({
      uid: uidOf(1),
      metadata: expect.stringContaining('[purged]'),
    });
  });

  it('lose a field where metadata stands, and nothing else', async () => {
    const folder = await spooled(KINDS);
    expect((await purgeSpool(folder, field, NOW)).spool).toBe(3);
    expect(bytesOf(folder)).not.toContain('Mallory');
    expect(bytesOf(folder)).toContain('Au');
  });

  it('of one run go', async () => {
    const folder = await spooled([...KINDS, opening({ n: 2 }), stopping(2, { time: 2 })]);
    expect((await purgeSpool(folder, dropWaiting(uidOf(1)), NOW)).spool).toBe(5);
    expect(bytesOf(folder)).not.toContain(uidOf(1));
    const store = await taken(folder);
    expect(store.records.size).toBe(KINDS.length - 5 + 2);
    const alone = await spooled([start(uidOf(3)), stop(uidOf(3))]);
    await purgeSpool(alone, dropWaiting(uidOf(3)), NOW);
    expect((await readSpool(alone)).segments).toBe(0);
  });
});

describe('segments', () => {
  it('that a living worker writes are purged, and it goes on: nothing that it was told is stored is lost', async () => {
    const folder = await newFolder();
    const writer = await openSpool({ folder });
    const told: string[] = [];
    let n = 0;
    const append = async () => {
      const uid = `run-${n++}`;
      const { stored } = await writer.append([start(uid, PERSON)]);
      if (stored[0]) told.push(uid);
    };
    for (let i = 0; i < 20; i++) await append();
    let purging = true;
    const appending = (async () => {
      while (purging) await append();
    })();
    for (let i = 0; i < 10; i++) await purgeSpool(folder, person, NOW);
    purging = false;
    await appending;
    await writer.close();
    expect((await purgeSpool(folder, person, NOW)).unreached).toBe(0);
    expect(bytesOf(folder)).not.toContain(PERSON);
    const store = await taken(folder);
    expect(told.length).toBeGreaterThan(20);
    expect([...store.records.keys()].sort()).toEqual([...told].sort());
    for (const name of readdirSync(folder).filter((file) => parseSegment(file)))
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('that another process takes in are waited for, and told of', async () => {
    const folder = await spooled([start('a', PERSON), start('b')]);
    const [file] = readdirSync(folder).filter((name) => parseSegment(name));
    const { id } = parseSegment(file!)!;
    const held = join(folder, segmentFile(id, { taker: ownTag() }));
    renameSync(join(folder, file!), held);
    expect(await purgeSpool(folder, person, { dry: false, wait_ms: 300 })).toMatchObject({
      spool: 0,
      unreached: 1,
    });
    expect(await purgeSpool(folder, dropWaiting('b'), { dry: false, wait_ms: 0 })).toMatchObject({
      unreached: 1,
    });
    expect(await purgeSpool(folder, dropWaiting('c'), { dry: false, wait_ms: 0 })).toMatchObject({
      unreached: 0,
    });
    const purging = purgeSpool(folder, person, { dry: false, wait_ms: 20_000 });
    renameSync(held, join(folder, segmentFile(id, 'seg')));
    expect(await purging).toEqual({ spool: 1, quarantine: 0, unreached: 0 });
  });

  it('of a later release are left to it, and told of where they hold it', async () => {
    const folder = await spooled([start('a', PERSON)]);
    const file = join(folder, readdirSync(folder).find((name) => parseSegment(name))!);
    const bytes = readFileSync(file);
    bytes[7] = 2;
    const { crc32 } = await import('node:zlib');
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 12)), 12);
    writeFileSync(file, bytes);
    expect(await purgeSpool(folder, person, NOW)).toMatchObject({ spool: 0, unreached: 1 });
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it('blank damaged stretches that hold it, which stay counted, and keep others', async () => {
    const folder = await spooled([start('a', PERSON), start('b', 'Grace'), start('c')]);
    const file = join(folder, readdirSync(folder).find((name) => parseSegment(name))!);
    const bytes = readFileSync(file);
    for (const word of [PERSON, 'Grace']) bytes[bytes.indexOf(word) - 3]! ^= 1;
    writeFileSync(file, bytes);
    expect((await purgeSpool(folder, person, NOW)).spool).toBe(1);
    expect(bytesOf(folder)).not.toContain(PERSON);
    const store = await taken(folder);
    expect([...store.records.keys()]).toEqual(['c']);
    expect((await readSpool(folder)).quarantined).toMatchObject({ damaged: 2 });
  });

  it('stay as they are where the disk takes nothing', async () => {
    const folder = await spooled([start('a', PERSON)]);
    const disk = new FaultyFiles();
    disk.free = 10;
    await expect(purgeSpool(folder, person, { ...NOW, files: disk.files })).rejects.toThrow('ENOSPC');
    expect(readdirSync(folder).filter((name) => name.endsWith('.draft'))).toEqual([]);
    expect((await taken(folder)).records.size).toBe(1);
  });
});

it('what was set aside loses it, and is counted as before', async () => {
  const folder = await spooled([start('a', PERSON), start('b')]);
  const store = new MemoryStore();
  store.rejected = new Set(['a', 'b']);
  await taken(folder, store);
  const before = (await readSpool(folder)).quarantined;
  expect(before.rejected).toBe(2);
  expect(await purgeSpool(folder, person, { dry: true })).toMatchObject({ spool: 0, quarantine: 1 });
  expect(await purgeSpool(folder, person, NOW)).toMatchObject({ quarantine: 1 });
  expect(bytesOf(folder)).not.toContain(PERSON);
  expect(await purgeSpool(folder, dropWaiting('b'), NOW)).toMatchObject({ quarantine: 1 });
  expect((await readSpool(folder)).quarantined).toEqual(before);
  expect(await purgeSpool(join(folder, 'nothing'), person, NOW)).toEqual({
    spool: 0,
    quarantine: 0,
    unreached: 0,
  });
  expect(await realFiles.list(join(folder, 'quarantine'))).toHaveLength(1);
});
