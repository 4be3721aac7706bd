import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open as openFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { realFiles, type SpoolFile } from '../../src/record/spool/files';
import { openSpool, readSpool } from '../../src/record/spool/spool';
import { DIST, openStore } from '../built';
import { measured, SOAK } from '../reliability';
import { buildSpool } from './spool-build';
import { MemoryStore, newFolder, start, stop } from './spool-kit';

/** Of each point at which a process dies. */
const PASSES = SOAK ? 20 : 3;

const script = resolve(import.meta.dirname, 'spool-process.mjs');
let built: string;
let folder: string;

beforeAll(async () => {
  built = await buildSpool();
});
beforeEach(async () => {
  folder = join(await newFolder(), 'spool');
});

interface Started {
  child: ChildProcess;
  lines: () => string[];
  ended: Promise<unknown>;
}

function begin(mode: 'write' | 'drain', options: object, before: readonly string[] = []): Started {
  const command = [...before, process.execPath, script, mode, built, JSON.stringify({ folder, ...options })];
  const child = spawn(command[0] as string, command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  child.stdin?.on('error', () => undefined);
  // The last line may be cut by the kill: it was not said, then.
  return { child, lines: () => text.split('\n').slice(0, -1), ended: once(child, 'close') };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(2);
}

const values = (started: Started, word: string): string[] =>
  started.lines().flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));

async function takeAll(): Promise<MemoryStore> {
  const store = new MemoryStore();
  const spool = await openSpool({ folder });
  const report = await spool.drain(store);
  expect(report).toMatchObject({ quarantined: 0 });
  expect(report.stopped).toBeUndefined();
  expect(await spool.empty()).toBe(true);
  await spool.close();
  return store;
}

describe('killed writers', () => {
  it('20 times lose nothing that was acknowledged', async () => {
    const acked: string[] = [];
    for (let n = 0; n < 20; n += 1) {
      const writer = begin('write', { runs: 1e9 });
      await until(() => values(writer, 'acked').length > 0);
      await pause(Math.random() * 60);
      writer.child.kill('SIGKILL');
      await writer.ended;
      acked.push(...values(writer, 'acked'));
    }
    const store = await takeAll();
    expect(acked.length).toBeGreaterThan(20);
    expect(acked.filter((uid) => !store.records.has(uid) || !store.records.has(`${uid}-stop`))).toEqual([]);
    expect(store.faults).toEqual([]);
  });

  it('after the fsync and before the answer leave their records to be imported', async () => {
    for (let pass = 1; pass <= 5; pass += 1)
      await begin('write', { runs: 1e9, die_at: 'after-append', die_pass: pass }).ended;
    const store = await takeAll();
    expect(store.records.size).toBeGreaterThanOrEqual(5);
    expect(store.faults).toEqual([]);
  });
});

async function fill(runs: number): Promise<string[]> {
  const writers = [begin('write', { runs }), begin('write', { runs })];
  await Promise.all(writers.map(({ ended }) => ended));
  return writers.flatMap((writer) => values(writer, 'acked')).flatMap((uid) => [uid, `${uid}-stop`]);
}

const drains = (count: number, options: object): Started[] =>
  Array.from({ length: count }, () => begin('drain', options));

async function startTogether(takers: readonly Started[]): Promise<void> {
  await until(() => takers.every((taker) => taker.lines().includes('ready')));
  for (const { child } of takers) child.stdin?.write('go\n');
  await Promise.all(takers.map(({ ended }) => ended));
}

const taken = async (into: string): Promise<string[]> =>
  (await readFile(into, 'utf8')).split('\n').filter(Boolean);

describe('importing processes', () => {
  it('four at once, 20 times: every record once, starts before stops', async () => {
    for (let n = 0; n < 20; n += 1) {
      const given = await fill(50);
      const into = join(folder, '..', `taken-${n}`);
      await writeFile(into, '');
      const takers = drains(4, { into });
      await startTogether(takers);
      const ids = await taken(into);
      expect([...ids].sort()).toEqual([...given].sort());
      const seen = new Set<string>();
      for (const id of ids) {
        if (id.endsWith('-stop')) expect(seen.has(id.slice(0, -5))).toBe(true);
        seen.add(id);
      }
      expect((await readSpool(folder)).segments).toBe(0);
    }
  });

  it('killed at any point lose nothing, and repeat at most the records that they held', async () => {
    const into = join(folder, '..', 'taken');
    for (const die_at of ['after-intake-write', 'before-delete'])
      for (const die_pass of [1, 2, 3]) {
        await writeFile(into, '');
        const given = await fill(100);
        await startTogether(drains(1, { into, die_at, die_pass }));
        expect((await readSpool(folder)).segments).toBeGreaterThan(0);
        await startTogether(drains(2, { into }));
        const ids = await taken(into);
        expect(new Set(ids)).toEqual(new Set(given));
        // A segment holds no more than 16 KiB / 850 bytes per run.
        expect(ids.length - given.length).toBeLessThan(45);
        expect((await readSpool(folder)).segments).toBe(0);
      }
  });

  it(
    'killed around the commit of a store: each record is in it once',
    async () => {
      const store = `sqlite:${join(folder, '..', 'provenance.db')}`;
      const stores = join(DIST, 'src/store/open.js');
      const given: string[] = [];
      let killed = 0;
      for (const die_at of ['before-commit', 'after-commit', 'after-intake-write', 'before-delete'])
        for (let n = 0; n < PASSES; n += 1) {
          given.push(...(await fill(40)));
          const [dying] = drains(1, { store, stores, die_at, die_pass: 1 + (n % 3) });
          await startTogether([dying!]);
          killed += dying!.child.signalCode === 'SIGKILL' ? 1 : 0;
          await startTogether(drains(2, { store, stores }));
          expect((await readSpool(folder)).segments).toBe(0);
        }
      const opened = await openStore(store);
      const runs = await opened.runs({ limit: 1_000_000 });
      await opened.close();
      const stored = runs.flatMap(({ start, stop }) => [start.uid, ...(stop ? [`${start.uid}-stop`] : [])]);
      const wrong =
        stored.length - new Set(stored).size + given.filter((uid) => !new Set(stored).has(uid)).length;
      measured({
        row: 'A3',
        figure: `${killed} processes killed around the commit of what they take in, ${given.length} records: lost, or stored twice`,
        value: wrong,
        limit: '0',
        holds: wrong === 0,
      });
      expect(stored.sort()).toEqual(given.sort());
      expect(new Set(runs.map(({ start }) => start.scan_id)).size).toBe(runs.length);
      expect(killed).toBe(4 * PASSES);
    },
    300_000 + PASSES * 60_000,
  );
});

describe('a disk', () => {
  const isRoot = process.getuid?.() === 0 && process.platform === 'linux';

  it.runIf(isRoot)(
    'of 1 MB that fills: losses were counted, and it continues when there is room',
    async (context) => {
      const disk = await newFolder();
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'ignore' });
      } catch {
        return context.skip();
      }
      try {
        const warnings: string[] = [];
        const on = { folder: join(disk, 'spool'), retry_ms: 0, segment_bytes: 65_536 };
        await expect(openSpool({ ...on, unsafe_file_system: 'refuse' })).rejects.toThrow(/tmpfs/);
        const spool = await openSpool({ ...on, onWarning: (message) => warnings.push(message) });
        expect(warnings).toHaveLength(1);
        const store = new MemoryStore();
        let stored = 0;
        let dropped = 0;
        const add = async (from: number) => {
          for (let n = from; n < from + 300; n += 10) {
            const some = Array.from({ length: 10 }, (_, k) => start(`run-${n + k}`, 'x'.repeat(5000)));
            const receipt = await spool.append([...some, ...some.map(({ uid }) => stop(uid))]);
            dropped += receipt.dropped;
            stored += receipt.stored.filter(Boolean).length;
          }
        };
        await add(0);
        expect(dropped).toBeGreaterThan(0);
        await spool.drain(store);
        const before = dropped;
        await rm(join(disk, 'ballast'), { force: true });
        const receipt = await spool.append([start('later'), stop('later')]);
        expect(receipt.dropped).toBe(0);
        await spool.drain(store);
        expect(store.records.size).toBe(stored + 2);
        expect(store.faults).toEqual([]);
        const report = await readSpool(on.folder);
        expect(report.dropped.by_kind.start + report.dropped.by_kind.stop).toBe(before);
        expect(report.quarantined.records).toBe(0);
        await spool.close();
      } finally {
        execFileSync('umount', [disk]);
      }
    },
  );

  it.runIf(process.platform === 'linux')('that is always full costs only the records', async () => {
    const create = async (path: string): Promise<SpoolFile> => {
      if (!path.endsWith('.open')) return realFiles.create(path);
      const handle = await openFile('/dev/full', 'w');
      return {
        write: async (bytes) => (await handle.write(bytes)).bytesWritten,
        truncate: (length) => handle.truncate(length),
        sync: () => handle.datasync(),
        close: () => handle.close(),
      };
    };
    const spool = await openSpool({ folder, files: { ...realFiles, create } });
    expect(await spool.append([start('a'), start('b')])).toEqual({
      stored: [false, false],
      dropped: 2,
      reason: 'disk',
    });
    await spool.close();
    expect((await readSpool(folder)).dropped.by_kind.start).toBe(2);
  });

  it.runIf(process.platform === 'linux')('that lets no file grow (EFBIG) keeps whole records', async () => {
    const writer = begin('write', { runs: 100 }, ['prlimit', '--fsize=6000']);
    await writer.ended;
    const dropped = values(writer, 'dropped').reduce((sum, count) => sum + Number(count), 0);
    const report = await readSpool(folder, { count: true });
    expect((report.records ?? 0) + dropped).toBe(200);
    expect(report.dropped.by_kind.start + report.dropped.by_kind.stop).toBe(dropped);
    const store = await takeAll();
    expect(store.records.size).toBe(200 - dropped);
  });
});
