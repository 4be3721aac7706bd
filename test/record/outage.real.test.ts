/** The recorder while its store is slow, away, or loses its thread; while subscribers misbehave. Nothing acknowledged is lost, and what is lost is counted. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import { ProvenanceError } from '../../src/errors';
import type { Opening } from '../../src/record/recorder';
import { jsonlSubscriber } from '../built';
import { AMPLE_MS, draft, gated, reading, recorderOn, stopOf, storeUrl } from './recorder-kit';

/** Every thread that a store starts here. */
const threads: Worker[] = [];
const workerThreads = createRequire(import.meta.url)('node:worker_threads') as { Worker: typeof Worker };
workerThreads.Worker = class extends Worker {
  constructor(...args: ConstructorParameters<typeof Worker>) {
    super(...args);
    threads.push(this);
  }
};

const states = (openings: Opening[]) => openings.map((opening) => opening.kind === 'open' && opening.state);

describe('a slow or unavailable store', () => {
  it('an opening answers within its budget, and its record is still stored, start before stop', async () => {
    const store = gated(await reading(storeUrl()));
    const recorder = recorderOn(store);
    await recorder.open(draft(), AMPLE_MS);
    store.shut();
    const run = draft();
    expect(await recorder.open(run, 1)).toEqual({
      kind: 'open',
      uid: run.uid,
      metadata: { operator: 'Ada', plan_name: 'scan' },
      state: 'pending',
    });
    recorder.stop(stopOf(run));
    store.open();
    await recorder.flush(AMPLE_MS);
    const [record] = await store.resolve({ by: 'uid', uid: run.uid });
    expect(record).toMatchObject({
      start: { scan_id: 2 },
      stop: { run_start: run.uid, exit_status: 'success' },
    });
    expect(recorder.statistics.losses).toEqual({});
  });

  it('a failed write is retried, the records in their order', async () => {
    const store = gated(await reading(storeUrl()));
    const recorder = recorderOn(store);
    store.fail = new ProvenanceError('STORE_BUSY', 'busy');
    const runs = [draft(), draft(), draft()];
    expect(states(await Promise.all(runs.map((run) => recorder.open(run, 1))))).toEqual(
      Array(3).fill('pending'),
    );
    for (const run of runs) recorder.stop(stopOf(run));
    store.fail = undefined;
    await recorder.flush(AMPLE_MS);
    const records = await store.runs({ limit: 10 });
    expect(records.map((record) => record.start.uid).reverse()).toEqual(runs.map((run) => run.uid));
    expect(records.every((record) => record.stop)).toBe(true);
  });

  it('no run is refused while there is no stash to read; at import the run is judged', async () => {
    const store = gated(await reading(storeUrl()));
    store.shut();
    const recorder = recorderOn(store, { rulesOf: { required: ['sample'] } });
    const run = draft();
    expect(await recorder.open(run, 1)).toMatchObject({ kind: 'open', state: 'pending' });
    store.open();
    await recorder.flush(AMPLE_MS);
    const [record] = await store.resolve({ by: 'uid', uid: run.uid });
    expect(record!.start.provenance.issues).toEqual([{ path: ['sample'], message: 'is required' }]);
  });

  it('a full queue loses the rest, counts each, reports it once, and records it in the store', async () => {
    const store = gated(await reading(storeUrl()));
    const said: string[] = [];
    const recorder = recorderOn(store, {
      queue_bytes: 20_000,
      log: { warn: (message) => said.push(message) },
    });
    await recorder.open(draft(), AMPLE_MS);
    store.shut();
    const openings = await Promise.all(Array.from({ length: 100 }, () => recorder.open(draft(), 1)));
    const lost = states(openings).filter((state) => state === 'lost').length;
    expect(lost).toBeGreaterThan(0);
    expect(recorder.statistics.losses).toEqual({ start: lost });
    expect(said).toHaveLength(1);
    store.open();
    await recorder.flush(AMPLE_MS);
    await recorder.flush(AMPLE_MS);
    expect((await store.counts()).runs).toBe(101 - lost);
    expect(await store.losses()).toMatchObject([{ loss: 'start', count: lost }]);
  });

  it('an end after closing is stored, what comes too late is a counted loss, and nothing hangs', async () => {
    const url = storeUrl();
    const recorder = recorderOn(url);
    const run = draft();
    await recorder.open(run, AMPLE_MS);
    await recorder.close(AMPLE_MS);
    recorder.stop(stopOf(run));
    await recorder.close(AMPLE_MS);
    const store = await reading(url);
    const [record] = await store.resolve({ by: 'uid', uid: run.uid });
    expect(record?.stop).toMatchObject({ exit_status: 'success' });
    expect(recorder.statistics.losses).toEqual({});
    expect(states([await recorder.open(draft(), AMPLE_MS)])).toEqual(['lost']);
    expect(recorder.statistics.losses).toEqual({ start: 1 });
    await expect
      .poll(() => store.losses(), { timeout: AMPLE_MS })
      .toMatchObject([{ loss: 'start', count: 1 }]);
  });

  it('an end after closing, while another recorder has the store, is stored', async () => {
    const url = storeUrl();
    const [recorder, other] = [recorderOn(url), recorderOn(url)];
    const run = draft();
    await recorder.open(run, AMPLE_MS);
    await other.open(draft(), AMPLE_MS);
    await recorder.close(AMPLE_MS);
    recorder.stop(stopOf(run));
    await other.flush(AMPLE_MS);
    const [record] = await (await reading(url)).resolve({ by: 'uid', uid: run.uid });
    expect(record?.stop).toMatchObject({ exit_status: 'success' });
  });

  it('a dead thread is restarted; nothing acknowledged is lost, no scan id is used twice', async () => {
    const url = storeUrl();
    const recorder = recorderOn(url);
    const acknowledged: Opening[] = [];
    for (let kill = 0; kill < 5; kill++) {
      const openings = Array.from({ length: 40 }, () => recorder.open(draft(), AMPLE_MS));
      if (kill > 0) await threads.at(-1)!.terminate();
      acknowledged.push(...(await Promise.all(openings)));
    }
    // Where a thread takes long to come back, on a loaded machine, runs wait for it in the spool.
    expect(states(acknowledged).filter((state) => state !== 'committed' && state !== 'pending')).toEqual([]);
    const store = await reading(url);
    await vi.waitUntil(async () => (await store.counts()).runs === 200, { timeout: AMPLE_MS });
    const byUid = new Map((await store.runs({ limit: 1000 })).map(({ start }) => [start.uid, start.scan_id]));
    for (const opening of acknowledged) {
      if (opening.kind !== 'open') continue;
      expect(byUid.has(opening.uid)).toBe(true);
      if (opening.scan_id !== undefined) expect(byUid.get(opening.uid)).toBe(opening.scan_id);
    }
    expect([...byUid.values()].sort((a, b) => a! - b!)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    expect(recorder.statistics.losses).toEqual({});
  });
});

describe('subscribers', () => {
  it('get name and document after the commit, in order, as the store gives them', async () => {
    const url = storeUrl();
    const seen: [string, { uid: string }][] = [];
    const recorder = recorderOn(url, {
      subscribers: [(name, document) => seen.push([name, document as { uid: string }])],
    });
    const runs = Array.from({ length: 20 }, () => draft());
    for (const run of runs) {
      await recorder.open(run, AMPLE_MS);
      recorder.stop(stopOf(run));
      const settled = {
        schema_version: 1,
        run_start: run.uid,
        time: 1,
        outcome: 'completed' as const,
        evidence: { event: 7 },
      };
      recorder.record({ kind: 'settled', document: settled });
    }
    await recorder.flush(AMPLE_MS);
    const stored = (await (await reading(url)).runs({ limit: 100 })).reverse();
    const expected = stored.flatMap((run) => [
      ['start', run.start],
      ['stop', run.stop],
      ['settled', run.settled],
    ]);
    expect(JSON.stringify(seen)).toBe(JSON.stringify(expected));
  });

  it('one that throws, one that hangs and one that changes its documents harm no other', async () => {
    const url = storeUrl();
    const seen: unknown[] = [];
    const recorder = recorderOn(url, {
      subscribers: [
        () => {
          throw null;
        },
        () => new Promise(() => undefined),
        (_, document) => {
          for (const key of Object.keys(document))
            delete (document as unknown as { [key: string]: unknown })[key];
        },
        (_, document) => seen.push(document),
      ],
    });
    const run = draft();
    expect(await recorder.open(run, AMPLE_MS)).toMatchObject({ state: 'committed' });
    recorder.stop(stopOf(run));
    await recorder.flush(200);
    expect(seen).toMatchObject([{ uid: run.uid, operator: 'Ada' }, { run_start: run.uid }]);
    expect(recorder.statistics.losses).toEqual({ subscriber: 2 });
    await recorder.close(200);
  });

  it('a slow one misses documents, counted, and memory stays bounded', async () => {
    const recorder = recorderOn(storeUrl(), { subscribers: [() => new Promise(() => undefined)] });
    const plan = { note: 'x'.repeat(100_000) };
    for (let i = 0; i < 60; i++) await recorder.open(draft({ layers: { plan, inferred: {} } }), AMPLE_MS);
    expect(recorder.statistics.losses['subscriber-slow']).toBeGreaterThan(0);
    await recorder.close(200);
  });

  it('jsonlSubscriber appends one line per document', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'provenance-jsonl-'));
    const recorder = recorderOn(storeUrl(), { subscribers: [jsonlSubscriber(join(folder, 'documents'))] });
    const run = draft();
    await recorder.open(run, AMPLE_MS);
    recorder.stop(stopOf(run));
    await recorder.flush(AMPLE_MS);
    const [file] = readdirSync(join(folder, 'documents'));
    const lines = readFileSync(join(folder, 'documents', file!), 'utf8')
      .trim()
      .split('\n');
    rmSync(folder, { recursive: true });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      ['start', { uid: run.uid }],
      ['stop', { run_start: run.uid }],
    ]);
  });
});

describe('capture metrics', () => {
  it('go to a meter of the SDK’s shape', async () => {
    const counted: { [name: string]: number } = {};
    const instrument = (name: string) => {
      const take = (value: number) => {
        counted[name] = (counted[name] ?? 0) + value;
      };
      return { add: take, record: take, set: take };
    };
    const meter = { createCounter: instrument, createHistogram: instrument, createGauge: instrument };
    const url = storeUrl();
    const recorder = recorderOn(url, { meter });
    const run = draft();
    await recorder.open(run, AMPLE_MS);
    recorder.stop(stopOf(run));
    recorder.lose('lookup', 'too late');
    recorder.skip('sendEmail');
    await recorder.flush(AMPLE_MS);
    expect(counted).toMatchObject({
      temporal_provenance_runs: 1,
      temporal_provenance_stops: 1,
      temporal_provenance_losses: 1,
    });
    expect(recorder.statistics).toMatchObject({ runs: 1, stops: 1, skipped: 1, losses: { lookup: 1 } });
    expect(await (await reading(url)).losses()).toMatchObject([{ loss: 'lookup', count: 1 }]);
  });

  it('a meter and a logger that throw do no harm', async () => {
    const broken = () => {
      throw new Error('broken');
    };
    const instrument = () => ({ add: broken, record: broken, set: broken });
    const meter = { createCounter: instrument, createHistogram: instrument, createGauge: instrument };
    const recorder = recorderOn(storeUrl(), { meter, log: { warn: broken } });
    recorder.lose('lookup', 'too late');
    expect(states([await recorder.open(draft(), AMPLE_MS), await recorder.open(draft(), AMPLE_MS)])).toEqual([
      'committed',
      'committed',
    ]);
    expect(recorder.statistics.losses).toEqual({ lookup: 1 });
  });

  it('a store that fails and recovers often is one line in the log', async () => {
    const lines: string[] = [];
    const store = gated(await reading(storeUrl()));
    const recorder = recorderOn(store, { log: { warn: (line) => lines.push(line) } });
    for (let outage = 0; outage < 4; outage++) {
      store.fail = new ProvenanceError('STORE_UNREACHABLE', 'The store is away.');
      const opening = recorder.open(draft(), AMPLE_MS);
      await expect.poll(() => store.failures).toBeGreaterThan(outage);
      store.fail = undefined;
      expect(states([await opening])).toEqual(['committed']);
    }
    expect(lines).toEqual([expect.stringContaining('The store is away.')]);
  });

  it('a logger that throws does not stop a group from being written again', async () => {
    const broken = () => {
      throw new Error('broken');
    };
    const url = storeUrl();
    const recorder = recorderOn(url, { log: { warn: broken } });
    expect(states([await recorder.open(draft(), AMPLE_MS)])).toEqual(['committed']);
    rmSync(url.slice('sqlite:'.length));
    expect(states([await recorder.open(draft(), AMPLE_MS)])).toEqual(['committed']);
  });
});
