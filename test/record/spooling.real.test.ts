/** The recorder and its spool: what goes there while the store is away, and how it comes back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ProvenanceError } from '../../src/errors';
import type { WorkerSession } from '../../src/model/environment';
import type { RulesBook } from '../../src/record/opening/rules-book';
import type { Opening, Recorder, RecorderOptions, RunDraft } from '../../src/record/recorder';
import { readSpool } from '../../src/record/spool/report';
import type { Store } from '../../src/store/store';
import { compileRules } from '../built';
import { AMPLE_MS, AUTHOR, draft, gated, reading, recorderOn, stopOf, storeUrl } from './recorder-kit';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function spoolFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), 'provenance-spooling-'));
  folders.push(parent);
  return join(parent, 'spool');
}

const SESSION: WorkerSession = {
  session_id: '0199c000-0000-7000-8000-000000000001',
  start_time: 1,
  namespace: 'default',
  task_queue: 'q',
  identity: 'w',
  host: 'h',
  pid: 1,
  cwd: '/',
  detail: {},
};
const away = () => new ProvenanceError('STORE_UNREACHABLE', 'The store is away.');
const stateOf = (opening: Opening) => (opening.kind === 'open' ? opening.state : opening.kind);
const pause = (delay_ms: number) => new Promise((resolve) => setTimeout(resolve, delay_ms));

/** Opens runs until one is kept in the spool: from then on all are. */
async function untilSpooling(recorder: Recorder, folder: string): Promise<RunDraft[]> {
  const runs: RunDraft[] = [];
  while (!(await readSpool(folder, { count: true })).records) {
    const run = draft();
    runs.push(run);
    await recorder.open(run, 50);
  }
  return runs;
}

async function untilStored(store: Store, runs: number): Promise<void> {
  await vi.waitUntil(
    async () => {
      const counts = await store.counts();
      return counts.runs === runs && counts.open === 0;
    },
    { timeout: AMPLE_MS, interval: 20 },
  );
}

async function outOfReach(more: Partial<RecorderOptions> = {}) {
  const store = gated(await reading(storeUrl()));
  const folder = spoolFolder();
  const recorder = recorderOn(store, { spool: { folder }, ...more });
  return { store, folder, recorder };
}

describe('an outage', () => {
  it('leaves nothing on disk before it begins, and openings do not use up their budget during it', async () => {
    const { store, folder, recorder } = await outOfReach();
    const before = draft();
    expect(await recorder.open(before, AMPLE_MS)).toMatchObject({ state: 'committed', scan_id: 1 });
    expect(existsSync(folder)).toBe(false);
    store.fail = away();
    recorder.stop(stopOf(before));
    const runs = await untilSpooling(recorder, folder);
    // A budget that would be noticed.
    const openings = await Promise.all(
      Array.from({ length: 20 }, () => {
        const run = draft();
        runs.push(run);
        return recorder.open(run, AMPLE_MS);
      }),
    );
    expect(new Set(openings.map(stateOf))).toEqual(new Set(['pending']));
    for (const run of runs) recorder.stop(stopOf(run));
    store.fail = undefined;
    await untilStored(store, runs.length + 1);
    const stored = (await store.runs({ limit: 100 })).reverse();
    expect(stored.map(({ start }) => start.uid)).toEqual([before, ...runs].map(({ uid }) => uid));
    expect(stored.map(({ start }) => start.scan_id)).toEqual(stored.map((_, i) => i + 1));
    expect(stored.every(({ stop }) => stop?.exit_status === 'success')).toBe(true);
    await recorder.close(AMPLE_MS);
    expect(recorder.statistics).toMatchObject({ runs: runs.length + 1, stops: runs.length + 1, losses: {} });
    const report = await readSpool(folder, { count: true });
    expect(report).toMatchObject({ segments: 0, records: 0, quarantined: { records: 0 } });
  });

  it('gives the runs of one execution one scan id at import, or the existing one', async () => {
    const { store, folder, recorder } = await outOfReach();
    const before = draft({ scan_root: 'a' });
    expect(await recorder.open(before, AMPLE_MS)).toMatchObject({ scan_id: 1 });
    recorder.stop(stopOf(before));
    store.fail = away();
    const alone = await untilSpooling(recorder, folder);
    const roots = ['b', 'a', 'b', 'c', 'b'];
    const runs = roots.map((scan_root) => draft({ scan_root }));
    for (const run of runs) await recorder.open(run, 50);
    for (const run of [...alone, ...runs]) recorder.stop(stopOf(run));
    store.fail = undefined;
    await untilStored(store, alone.length + runs.length + 1);
    const stored = new Map((await store.runs({ limit: 100 })).map(({ start }) => [start.uid, start.scan_id]));
    const last = alone.length + 1;
    expect(runs.map(({ uid }) => stored.get(uid))).toEqual([last + 1, 1, last + 1, last + 2, last + 1]);
    expect(await store.stash('default')).toMatchObject({ scan_id: last + 2 });
  });

  it('is reported each time, unless there are many within a minute: these are reported together', async () => {
    const lines: string[] = [];
    const { store, folder, recorder } = await outOfReach({ log: { warn: (line) => lines.push(line) } });
    await recorder.open(draft(), AMPLE_MS);
    for (let outage = 0; outage < 7; outage++) {
      store.fail = away();
      await untilSpooling(recorder, folder);
      await pause(1_000);
      store.fail = undefined;
      await recorder.flush(AMPLE_MS);
      await vi.waitUntil(() => readdirSync(folder).every((name) => !name.endsWith('.seg')), {
        timeout: AMPLE_MS,
      });
    }
    await recorder.close(AMPLE_MS);
    const told = lines.filter((line) => line.includes('The store is unavailable.'));
    expect(told).toHaveLength(5);
    expect(lines.filter((line) => /is available again; \d+ were imported/.test(line))).toHaveLength(5);
    expect(lines.at(-1)).toMatch(/was unavailable 2 more times within a minute; [1-9]\d* were imported/);
  });

  it('is visible in the metrics while it lasts: what waits, and nothing afterwards', async () => {
    const gauges: { [name: string]: number[] } = {};
    const nothing = () => ({ add() {}, record() {} });
    const createGauge = (name: string) => {
      const values: number[] = [];
      gauges[name] = values;
      return { set: (value: number) => void values.push(value) };
    };
    const meter = { createCounter: nothing, createHistogram: nothing, createGauge };
    const { store, folder, recorder } = await outOfReach({ meter });
    await recorder.ready();
    expect(gauges).toEqual({ temporal_provenance_queue: [0], temporal_provenance_spool: [0] });
    store.fail = away();
    await untilSpooling(recorder, folder);
    const spool = gauges.temporal_provenance_spool!;
    await vi.waitUntil(() => spool.at(-1)! > 0, { timeout: AMPLE_MS });
    store.fail = undefined;
    await recorder.flush(AMPLE_MS);
    await vi.waitUntil(() => spool.at(-1) === 0, { timeout: AMPLE_MS });
  });

  it('of a hanging store: no call is awaited for more than a second, nothing is stored twice', async () => {
    const { store, folder, recorder } = await outOfReach();
    const before = draft();
    await recorder.open(before, AMPLE_MS);
    recorder.stop(stopOf(before));
    store.shut();
    const runs = await untilSpooling(recorder, folder);
    for (const run of runs) recorder.stop(stopOf(run));
    // The writes that were given up go through now, beside the spool's.
    store.open();
    await untilStored(store, runs.length + 1);
    expect((await store.runs({ limit: 100 })).map(({ start }) => start.scan_id).reverse()).toEqual(
      Array.from({ length: runs.length + 1 }, (_, i) => i + 1),
    );
    expect(recorder.statistics.losses).toEqual({});
  });

  it('gives subscribers the complete documents at import', async () => {
    const seen: [string, { uid?: string; scan_id?: number; run_start?: string }][] = [];
    const { store, folder, recorder } = await outOfReach({
      subscribers: [(name, document) => seen.push([name, document as { uid: string }])],
    });
    store.fail = away();
    const runs = await untilSpooling(recorder, folder);
    for (const run of runs) recorder.stop(stopOf(run));
    await recorder.flush(AMPLE_MS);
    expect(seen).toEqual([]);
    store.fail = undefined;
    await untilStored(store, runs.length);
    await vi.waitUntil(() => seen.length === 2 * runs.length, { timeout: AMPLE_MS });
    const starts = seen.filter(([name]) => name === 'start').map(([, document]) => document);
    expect(starts.map(({ uid }) => uid)).toEqual(runs.map(({ uid }) => uid));
    expect(starts.map(({ scan_id }) => scan_id)).toEqual(runs.map((_, i) => i + 1));
  });

  it('without a stash: runs get the stash of their time, are judged at import, and none is refused', async () => {
    const { store, folder, recorder } = await outOfReach({
      initialStash: { project: 'optics' },
      rulesOf: { required: ['operator', 'sample'] },
    } as Partial<RecorderOptions>);
    await store.changeStash('default', [{ op: 'set', key: 'operator', value: 'nobody' }], AUTHOR);
    store.fail = away();
    const read = store.stash;
    store.stash = () => Promise.reject(away());
    const change = store.changeStash;
    store.changeStash = () => Promise.reject(away());
    const runs = await untilSpooling(recorder, folder);
    const run = draft({ time: Date.now() / 1000 });
    runs.push(run);
    expect(await recorder.open(run, AMPLE_MS)).toMatchObject({ kind: 'open', state: 'pending' });
    for (const each of runs) recorder.stop(stopOf(each));
    // On the stage by the time of the intake, and not at the run's.
    await pause(20);
    await change.call(store, 'default', [{ op: 'set', key: 'sample', value: 'later' }], AUTHOR);
    store.stash = read;
    store.changeStash = change;
    store.fail = undefined;
    await untilStored(store, runs.length);
    const [record] = await store.resolve({ by: 'uid', uid: run.uid });
    expect(record!.start).toMatchObject({ operator: 'Ada', project: 'optics', plan_name: 'scan' });
    expect(record!.start).not.toHaveProperty('sample');
    expect(record!.start.provenance).toMatchObject({
      sources: { operator: 'user', project: 'stash', plan_name: 'inferred' },
      shadowed: { operator: { stash: 'nobody' } },
      issues: [{ path: ['sample'], message: 'is required' }],
    });
    expect(record!.start.provenance).not.toHaveProperty('unvalidated');
  });

  it("without a stash: each run is judged at import by its own lab's rules, in every recorder", async () => {
    const labs: RulesBook = {
      of: (lab) => ({ rules: compileRules({ required: [lab] }), digest: `sha256:rules of ${lab}` }),
    };
    const none: RulesBook = { of: () => ({ rules: compileRules({}) }) };
    const store = gated(await reading(storeUrl()));
    const folder = spoolFolder();
    const other = recorderOn(store, { spool: { folder }, rules: none });
    const recorder = recorderOn(store, { spool: { folder }, rules: labs });
    store.fail = away();
    const read = store.stash;
    const change = store.changeStash;
    store.stash = () => Promise.reject(away());
    store.changeStash = () => Promise.reject(away());
    await other.open(draft({ lab: 'elsewhere' }), 50);
    const runs = await untilSpooling(recorder, folder);
    const run = draft({ lab: 'north' });
    runs.push(run);
    expect(await recorder.open(run, AMPLE_MS)).toMatchObject({ kind: 'open', state: 'pending' });
    for (const each of runs) recorder.stop(stopOf(each));
    store.stash = read;
    store.changeStash = change;
    store.fail = undefined;
    await vi.waitUntil(async () => (await store.resolve({ by: 'uid', uid: run.uid })).length > 0, {
      timeout: AMPLE_MS,
    });
    const [record] = await store.resolve({ by: 'uid', uid: run.uid });
    expect(record!.start.provenance).toMatchObject({
      rules: 'sha256:rules of north',
      issues: [{ path: ['north'], message: 'is required' }],
    });
  });

  it('refuses as usual while the stash is known', async () => {
    const { store, folder, recorder } = await outOfReach({
      rulesOf: { required: ['sample'] },
    } as Partial<RecorderOptions>);
    await recorder.open(draft({ incomplete: 'not judged' }), AMPLE_MS);
    store.fail = away();
    while (!(await readSpool(folder)).exists) await recorder.open(draft({ incomplete: 'not judged' }), 50);
    expect(await recorder.open(draft(), AMPLE_MS)).toMatchObject({ kind: 'refused' });
  });
});

describe('a starting worker', () => {
  it('imports what earlier ones left, and leaves at its close what the store has not imported', async () => {
    const url = storeUrl();
    const folder = spoolFolder();
    const store = gated(await reading(url));
    const first = recorderOn(store, { spool: { folder } });
    store.shut();
    const runs = [draft(), draft(), draft()];
    await Promise.all(runs.map((run) => first.open(run, 20)));
    first.stop(stopOf(runs[0]!));
    const started = performance.now();
    await first.close(2_000);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(first.statistics.losses).toEqual({});
    expect((await readSpool(folder, { count: true })).records).toBe(4);
    store.open();
    const second = recorderOn(url, { spool: { folder } });
    await second.ready();
    const reader = await reading(url);
    await vi.waitUntil(async () => (await readSpool(folder)).segments === 0, { timeout: AMPLE_MS });
    expect(await reader.counts()).toMatchObject({ runs: 3, open: 2 });
  });
});

describe('a process that ends while another process locks its store', () => {
  it('ends in time, and leaves what it could not store in the spool', async () => {
    const url = storeUrl();
    const path = url.slice('sqlite:'.length);
    const script = createRequire(import.meta.url).resolve('./locked-process.cjs');
    const child = spawn(process.execPath, [script, path, '50'], { stdio: 'ignore' });
    expect(await once(child, 'exit')).toEqual([7, null]);
    expect((await readSpool(`${path}.spool`, { count: true })).records).toBe(50);
    const recorder = recorderOn(url);
    await recorder.ready();
    await untilStored(await reading(url), 50);
    expect(recorder.statistics.losses).toEqual({});
  });
});

describe('a full spool', () => {
  it('counts what it drops, exactly, and the store records it after the outage', async () => {
    const { store, folder, recorder } = await outOfReach({ spool: undefined });
    await recorder.close(AMPLE_MS);
    const counted: { [name: string]: number } = {};
    const instrument = (name: string) => {
      const take = (value: number) => {
        counted[name] = (counted[name] ?? 0) + value;
      };
      return { add: take, record: take, set: take };
    };
    const meter = { createCounter: instrument, createHistogram: instrument, createGauge: instrument };
    const small = recorderOn(store, { spool: { folder, maxBytes: 65_536 }, meter });
    await small.open(draft(), AMPLE_MS);
    store.fail = away();
    const runs = await untilSpooling(small, folder);
    const states: string[] = [];
    for (let i = 0; i < 150; i++) {
      const run = draft();
      const opening = await small.open(run, AMPLE_MS);
      states.push(stateOf(opening));
      if (stateOf(opening) === 'pending') runs.push(run);
      small.stop(stopOf(run));
    }
    await small.flush(AMPLE_MS);
    const lost = states.filter((state) => state === 'lost').length;
    expect(lost).toBeGreaterThan(0);
    const { losses } = small.statistics;
    expect(losses.start).toBe(lost);
    const { dropped, bytes } = await readSpool(folder);
    expect(bytes).toBeLessThanOrEqual(65_536);
    expect(dropped.by_kind).toEqual({ start: lost, stop: losses.stop, other: 0 });
    expect(counted.temporal_provenance_spool_dropped).toBe(lost + losses.stop!);
    store.fail = undefined;
    await vi.waitUntil(async () => (await store.losses()).length === 2, { timeout: AMPLE_MS });
    const told = new Map((await store.losses()).map(({ loss, count }) => [loss, count]));
    expect([told.get('start'), told.get('stop')]).toEqual([lost, losses.stop]);
    expect((await store.counts()).runs).toBe(runs.length + 1);
  });
});

describe("onStoreFailure: 'block'", () => {
  it('opens no run during an outage, and leaves nothing in memory', async () => {
    const { store, folder, recorder } = await outOfReach({ onStoreFailure: 'block' });
    const before = draft();
    expect(await recorder.open(before, AMPLE_MS)).toMatchObject({ state: 'committed' });
    store.fail = away();
    const late = draft();
    expect(await recorder.open(late, 20)).toEqual({ kind: 'blocked' });
    recorder.stop(stopOf(before));
    await vi.waitUntil(() => existsSync(folder), { timeout: AMPLE_MS });
    const blocked = [];
    for (let i = 0; i < 5; i++) blocked.push(await recorder.open(draft(), AMPLE_MS));
    expect(blocked).toEqual(Array(5).fill({ kind: 'blocked' }));
    store.fail = undefined;
    await untilStored(store, 2);
    const [ended] = await store.resolve({ by: 'uid', uid: late.uid });
    expect(ended!.stop).toMatchObject({ exit_status: 'abort' });
    await vi.waitUntil(async () => stateOf(await recorder.open(draft(), AMPLE_MS)) === 'committed', {
      timeout: AMPLE_MS,
    });
    expect(recorder.statistics).toMatchObject({ losses: {} });
    expect(recorder.statistics.blocked).toBeGreaterThanOrEqual(6);
  });
});

describe("a group that can't be sent", () => {
  it('costs the faulty record, and no other', async () => {
    const { store, recorder } = await outOfReach();
    const write = store.write;
    store.write = async (records) => {
      if (records.some((record) => record.kind === 'context')) throw new RangeError('cannot be encoded');
      return write.call(store, records);
    };
    const runs = [draft(), draft(), draft()];
    const openings = runs.map((run, i) => {
      if (i === 1) recorder.context({ kind: 'context', run_id: 'r', n: 1, document: '{}' });
      return recorder.open(run, AMPLE_MS);
    });
    expect((await Promise.all(openings)).map(stateOf)).toEqual(Array(3).fill('committed'));
    expect(recorder.statistics.losses).toEqual({ context: 1 });
  });
});

describe('an unusable spool', () => {
  it('is reported at the start, in one line with the remedy, and to the store; what waits is in the metrics', async () => {
    const lines: string[] = [];
    const gauges = new Map<string, number>();
    const createGauge = (name: string) => ({ set: (value: number) => void gauges.set(name, value) });
    const nothing = () => ({ add() {}, record() {} });
    const parent = mkdtempSync(join(tmpdir(), 'provenance-unusable-'));
    folders.push(parent);
    writeFileSync(join(parent, 'file'), '');
    const folder = join(parent, 'file', 'spool');
    const store = gated(await reading(storeUrl()));
    const recorder = recorderOn(store, {
      spool: { folder },
      log: { warn: (line) => lines.push(line) },
      meter: { createCounter: nothing, createHistogram: nothing, createGauge },
    });
    await recorder.ready();
    expect(lines).toEqual([
      expect.stringMatching(/The spool \S+ cannot be used \(ENOTDIR.*Set a folder that this user can write/),
    ]);
    recorder.session(SESSION);
    await recorder.flush(AMPLE_MS);
    expect(await store.session(SESSION.session_id)).toMatchObject({
      spool: { folder, usable: false, reason: expect.stringContaining('ENOTDIR'), waiting_bytes: 0 },
    });
    store.fail = away();
    await recorder.open(draft(), 50);
    await vi.waitUntil(() => gauges.get('temporal_provenance_queue')! > 0, { timeout: AMPLE_MS });
    store.fail = undefined;
    await vi.waitUntil(() => gauges.get('temporal_provenance_queue') === 0, { timeout: AMPLE_MS });
    expect(lines.filter((line) => line.includes('cannot be used'))).toHaveLength(1);
  });

  it('is tested without leaving a file', async () => {
    const folder = spoolFolder();
    const recorder = recorderOn(gated(await reading(storeUrl())), { spool: { folder } });
    await recorder.ready();
    expect(readdirSync(join(folder, '..'))).toEqual([]);
  });
});

describe('the state of a spool on another machine', () => {
  it('is reported after an outage, and at the end of the worker', async () => {
    const { store, folder, recorder } = await outOfReach();
    await recorder.ready();
    recorder.session(SESSION);
    await recorder.flush(AMPLE_MS);
    const known = async () => (await store.session(SESSION.session_id))?.spool;
    const first = await known();
    expect(first).toMatchObject({ folder, usable: true, waiting_bytes: 0, dropped: 0 });
    store.fail = away();
    await untilSpooling(recorder, folder);
    store.fail = undefined;
    const isOver = async () => {
      const spool = await known();
      return spool!.time > first!.time && spool!.usable && spool!.waiting_bytes === 0;
    };
    await vi.waitUntil(isOver, { timeout: AMPLE_MS });
  });
});
