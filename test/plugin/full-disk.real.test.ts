/**
 * Real workers whose disk fills up under them, really: a small file system under the store, the spool or both. Activities run on,
 * what is lost is counted exactly, and recording goes on by itself when there is room again.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { type ActivityInterceptorsFactory, Worker } from '@temporalio/worker';
import Database from 'better-sqlite3';
import { ProvenancePlugin } from 'temporal-provenance';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Finding } from '../../src/questions/health/checks';
import { parseSegment } from '../../src/record/spool/names';
import { readSpool, type SpoolReport } from '../../src/record/spool/report';
import { main } from '../cli/laboratory';
import { PATIENCE_MS } from '../patience';
import { mountSmallDisk, type SmallDisk, smallDiskMissing } from '../real/small-disk';
import { measured } from '../reliability';
import { activities, makeClient, reading, unique, workerOptions } from './harness';

/** What is left when the load begins to fill it. */
const LEFT_BYTES = 256 * 1024;
const ENOUGH = 100;
const TEST_MS = 4 * PATIENCE_MS;
/** An opening has a second in all: its budget, and three more of these for its copy in the spool. */
const HELD_MS = 1_000;
const missing = smallDiskMissing();

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).reverse()) cleanUp();
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-full-'));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function newDisk(): SmallDisk {
  const disk = mountSmallDisk();
  cleanUps.push(() => disk.remove());
  return disk;
}

/** How long each execution was held before its code began, by what surrounds the plugin and what is within. */
class Held {
  readonly #entered = new Map<string, number>();
  executed = 0;
  longest_ms = 0;

  readonly outside: ActivityInterceptorsFactory = ({ info }) => ({
    inbound: {
      execute: (input, next) => {
        this.#entered.set(`${info.base64TaskToken}`, performance.now());
        return next(input);
      },
    },
  });

  readonly inside: ActivityInterceptorsFactory = ({ info }) => ({
    inbound: {
      execute: (input, next) => {
        const entered = this.#entered.get(`${info.base64TaskToken}`) ?? Number.NaN;
        this.#entered.delete(`${info.base64TaskToken}`);
        this.executed += 1;
        this.longest_ms = Math.max(this.longest_ms, performance.now() - entered);
        return next(input);
      },
    },
  });
}

interface Places {
  store: string;
  spool: string;
}

interface AtWork {
  held: Held;
  stop(): Promise<void>;
}

/** Workflows of 20 activities, one after the other; none of them may fail. */
async function atWork({ store, spool }: Places, during: (work: AtWork) => Promise<void>): Promise<Held> {
  const held = new Held();
  const plugin = new ProvenancePlugin({ environment: false, store, spool: { folder: spool } });
  const taskQueue = unique('full');
  const options = await workerOptions(taskQueue, plugin, {
    activities,
    interceptors: { activity: [held.outside] },
  });
  const worker = await Worker.create(options);
  worker.options.interceptors.activity.push(held.inside);
  const client = await makeClient({ plugins: [plugin] });
  let stopped = false;
  const load = async (): Promise<void> => {
    while (!stopped) {
      const args = [20, 4_000];
      expect(await client.workflow.execute('wide', { taskQueue, workflowId: unique('full'), args })).toBe(20);
    }
  };
  await worker.runUntil(async () => {
    const all = Promise.all([load(), load(), load()]);
    all.catch(() => undefined);
    const stop = async (): Promise<void> => {
      stopped = true;
      await all;
    };
    try {
      await during({ held, stop });
    } finally {
      await stop();
    }
  });
  return held;
}

/** A worker to which nothing is given to do. */
async function idleWorker({ store, spool }: Places, during: () => Promise<unknown>): Promise<void> {
  const plugin = new ProvenancePlugin({ environment: false, store, spool: { folder: spool } });
  const worker = await Worker.create(await workerOptions(unique('idle'), plugin));
  await worker.runUntil(during);
}

async function untilTakenIn(folder: string): Promise<void> {
  // A spool that nothing was put into has no folder.
  const left = () => (existsSync(folder) ? readdirSync(folder).filter((name) => parseSegment(name)) : []);
  await expect.poll(left, { timeout: PATIENCE_MS, interval: 50 }).toEqual([]);
}

const untilExecuted = (held: Held, more: number) => {
  const enough = held.executed + more;
  return vi.waitUntil(() => held.executed >= enough, { timeout: PATIENCE_MS, interval: 20 });
};

const untilSpool = (folder: string, holds: (report: SpoolReport) => boolean) =>
  vi.waitUntil(async () => holds(await readSpool(folder, { count: true })), {
    timeout: PATIENCE_MS,
    interval: 50,
  });

const spools = (report: SpoolReport) => (report.records ?? 0) >= ENOUGH;
const drops = ({ dropped }: SpoolReport) => dropped.by_kind.start >= ENOUGH;

/** Takes the store's folder away; the answer brings it back. */
function takeAway({ store }: Places): () => void {
  const folder = dirname(store.slice('sqlite:'.length));
  renameSync(folder, `${folder}.away`);
  return () => renameSync(`${folder}.away`, folder);
}

/** A store in a folder of its own. */
function newStore(folder: string): string {
  mkdirSync(join(folder, 'data'));
  return `sqlite:${join(folder, 'data', 'provenance.db')}`;
}

/** Findings of `doctor` that are none of health. */
async function doctor({ store, spool }: Places): Promise<string[]> {
  const cwd = newFolder();
  writeFileSync(join(cwd, 'temporal-provenance.json'), JSON.stringify({ store, spool: { folder: spool } }));
  let out = '';
  const stdout = { write: (text: string) => (out += text) };
  await main(['doctor', '--json'], { stdout, stderr: stdout, env: {}, cwd });
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  return findings.filter(({ health }) => health !== 'ok').map(({ check, words }) => `${check}: ${words}`);
}

/** Each execution has a run or is counted, each end too; numbers have no gap, and every part of the file is sound. */
async function expectExact(places: Places, executed: number): Promise<Record<string, number>> {
  const { store, spool } = places;
  // What the store had not taken at the worker's end, the next one takes in.
  await idleWorker(places, () => untilTakenIn(spool));
  const { runs, counted } = await reading(store, async (reader) => ({
    runs: await reader.runs({ limit: 1_000_000 }),
    counted: Object.fromEntries((await reader.losses()).map(({ loss, count }) => [loss, count])),
  }));
  const ended = runs.filter(({ stop }) => stop?.exit_status === 'success').length;
  expect(runs.length + (counted.start ?? 0)).toBe(executed);
  expect(ended + (counted.stop ?? 0)).toBe(executed);
  expect(runs.map(({ start }) => start.scan_id)).toEqual(runs.map((_, index) => runs.length - index));
  expect(await readSpool(spool)).toMatchObject({
    quarantined: { records: 0 },
    dropped: { by_kind: { start: counted.start ?? 0 } },
  });
  const db = new Database(store.slice('sqlite:'.length), { readonly: true });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
  const [starts, stops] = [counted.start ?? 0, counted.stop ?? 0];
  const figure = `${expect.getState().currentTestName?.split(' > ').at(-1)}: of ${executed} activities, failed`;
  measured({ row: 'B2', figure, value: 0, limit: '0', holds: true });
  const untold = executed - runs.length - starts + (executed - ended - stops);
  const uncounted = `${figure.split(': of')[0]}: ${starts} starts and ${stops} ends lost; of them not counted`;
  measured({ row: 'B2', figure: uncounted, value: untold, limit: '0', holds: untold === 0 });
  return counted;
}

/** When the newest stored run began, in milliseconds. */
const newestRun = (store: string) =>
  reading(store, async (reader) => ((await reader.runs({ limit: 1 }))[0]?.start.time ?? 0) * 1000);

/** Runs that are stored, as another process sees them. */
const storedRuns = (store: string) => reading(store, async (reader) => (await reader.counts()).runs);

describe.skipIf(missing)(`a disk that is full${missing ? `: ${missing}` : ''}`, () => {
  const delay = monitorEventLoopDelay({ resolution: 10 });

  /** A load that goes on while `full` fills the disk, and for a while after there is room again. */
  async function during(places: Places, disk: SmallDisk, full: (held: Held) => Promise<void>) {
    delay.reset();
    delay.enable();
    const held = await atWork(places, async ({ held, stop }) => {
      await untilExecuted(held, ENOUGH);
      await full(held);
      await untilExecuted(held, ENOUGH);
      expect(await doctor(places)).toContainEqual(expect.stringMatching(/^disk space: .* is full/));
      disk.free();
      const freed = Date.now();
      const options = { timeout: PATIENCE_MS, interval: 100 };
      await vi.waitUntil(async () => (await newestRun(places.store)) > freed, options);
      const recovered_s = (Date.now() - freed) / 1000;
      const figure = 'the disk has room again: time until runs that begin then are stored';
      const limit = { limit: '≤ 10 s', holds: recovered_s <= 10 };
      measured({ row: 'B2', figure, value: Math.round(recovered_s * 10) / 10, unit: 's', ...limit });
      await untilExecuted(held, ENOUGH);
      await stop();
      await untilTakenIn(places.spool);
    });
    delay.disable();
    // The loop's own lateness is not capture's: the machine may be busy.
    expect(held.longest_ms).toBeLessThan(HELD_MS + delay.max / 1e6);
    return held;
  }

  test(
    'under the store: everything is spooled elsewhere and nothing is lost',
    async () => {
      const disk = newDisk();
      const places = {
        store: newStore(disk.folder),
        spool: join(newFolder(), 'spool'),
      };
      const held = await during(places, disk, async () => {
        disk.fill(LEFT_BYTES);
        await untilSpool(places.spool, spools);
      });
      expect(await expectExact(places, held.executed)).toEqual({});
      expect(await doctor(places)).toEqual([]);
    },
    TEST_MS,
  );

  test(
    'under the spool, during an outage of the store: losses are counted exactly',
    async () => {
      const disk = newDisk();
      const places = {
        store: newStore(newFolder()),
        spool: join(disk.folder, 'spool'),
      };
      const held = await during(places, disk, async () => {
        const bringBack = takeAway(places);
        await untilSpool(places.spool, spools);
        disk.fill(LEFT_BYTES);
        await untilSpool(places.spool, drops);
        bringBack();
      });
      const counted = await expectExact(places, held.executed);
      expect(counted.start).toBeGreaterThanOrEqual(ENOUGH);
      const start = expect.stringMatching(
        new RegExp(`^losses: ${counted.start} × start, .*the spool refused it \\(disk\\)$`),
      );
      expect(await doctor(places)).toContainEqual(start);
    },
    TEST_MS,
  );

  test(
    'under the store and its spool: losses are counted exactly',
    async () => {
      const disk = newDisk();
      const places = {
        store: newStore(disk.folder),
        spool: join(disk.folder, 'spool'),
      };
      const held = await during(places, disk, async () => {
        const bringBack = takeAway(places);
        await untilSpool(places.spool, spools);
        disk.fill(LEFT_BYTES);
        await untilSpool(places.spool, drops);
        bringBack();
      });
      const counted = await expectExact(places, held.executed);
      expect(counted.start).toBeGreaterThanOrEqual(ENOUGH);
      expect(await doctor(places)).toContainEqual(expect.stringMatching(/^spool: .* dropped/));
    },
    TEST_MS,
  );

  test(
    'under the store and an unused spool: losses, if any, are counted exactly',
    async () => {
      const disk = newDisk();
      const places = {
        store: newStore(disk.folder),
        spool: join(disk.folder, 'spool'),
      };
      const held = await during(places, disk, async (held) => {
        disk.fill(0);
        const before = await storedRuns(places.store);
        await untilExecuted(held, 5 * ENOUGH);
        expect((await storedRuns(places.store)) - before).toBeLessThan(5 * ENOUGH);
      });
      await expectExact(places, held.executed);
    },
    TEST_MS,
  );
});
