/**
 * A worker's first openings have spent their budget on waiting for its environment. While the store takes long as well, what they
 * record is on the disk before the code begins: a worker that is killed then loses no run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Payload } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import type BetterSqlite3 from 'better-sqlite3';
import { ProvenancePlugin, withMetadata } from 'temporal-provenance';
import { currentRun } from 'temporal-provenance/activity';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { fromBuild, openStore } from '../built';
import { fileHandles, spooledText } from '../record/spool-kit';
import { MaskingCodec } from './fixtures/codec';
import { activities, makeClient, reading, unique, workerOptions, workflowsPath } from './harness';

const require = createRequire(import.meta.url);
const Database: typeof BetterSqlite3 = require('better-sqlite3');
const OPENINGS = 5;
/** Longer than any opening waits for the environment. */
const CAPTURE_MS = 1_500;
const SYNC_MS = 200;
const CODEC_MS = 20;
const BUNDLE = 'code.workflow_bundle';

const folder = mkdtempSync(join(tmpdir(), 'provenance-first-'));
afterEach(() => vi.restoreAllMocks());
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The part of the environment that is known only when the worker runs takes its time, as on a machine that has much else to do. */
function slowCapture(): void {
  const capture = fromBuild<typeof import('../../src/environment/capture')>('src/environment/capture');
  const { captureEnvironment } = capture;
  let captures = 0;
  vi.spyOn(capture, 'captureEnvironment').mockImplementation(async (...args) => {
    captures += 1;
    if (captures > 1) await sleep(CAPTURE_MS);
    return captureEnvironment(...args);
  });
}

/** A disk that takes its time, though less than openings wait for it. Counts what it has done. */
async function slowSync(): Promise<{ count: number }> {
  const files = await fileHandles();
  const { datasync } = files;
  const synced = { count: 0 };
  vi.spyOn(files, 'datasync').mockImplementation(async function (this: FileHandle) {
    await sleep(SYNC_MS);
    await datasync.call(this);
    synced.count += 1;
  });
  return synced;
}

class SlowCodec extends MaskingCodec {
  override async decode(payloads: Payload[]): Promise<Payload[]> {
    await sleep(CODEC_MS);
    return super.decode(payloads);
  }
}

it('are in the spool when their code begins', async () => {
  const [path, spool] = [join(folder, 'provenance.db'), join(folder, 'spool')];
  await (await openStore(`sqlite:${path}`)).close();
  const lock = new Database(path);
  slowCapture();
  const synced = await slowSync();
  const begun: { uid: string | undefined; kept: boolean }[] = [];
  const countedActivity = async (index: number) => {
    const run = currentRun();
    const kept = synced.count > 0 && spooledText(spool).includes(run?.uid ?? 'no run');
    begun.push({ uid: run?.uid, kept });
    return index;
  };
  const plugin = new ProvenancePlugin({ store: `sqlite:${path}`, spool: { folder: spool } });
  const taskQueue = unique('first');
  const more = { activities: { ...activities, countedActivity } };
  const worker = await Worker.create(await workerOptions(taskQueue, plugin, more));
  const client = await makeClient({ plugins: [plugin] });
  lock.exec('BEGIN IMMEDIATE');
  try {
    await worker.runUntil(async () => {
      const options = { taskQueue, workflowId: unique('first'), args: [OPENINGS, 10] };
      await client.workflow.execute('wide', options);
      await sleep(100);
      lock.exec('ROLLBACK');
    });
  } finally {
    lock.close();
  }
  expect(begun).toEqual(Array(OPENINGS).fill({ uid: expect.any(String), kept: true }));
  const runs = await reading(`sqlite:${path}`, (store) => store.runs({ limit: 100 }));
  expect(runs.map(({ start }) => start.uid).sort()).toEqual(begun.map(({ uid }) => uid).sort());
});

it('have the environment as it was before the worker ran; later ones have the complete environment', async () => {
  const store = `sqlite:${join(folder, 'environment.db')}`;
  slowCapture();
  const plugin = new ProvenancePlugin({ store });
  const taskQueue = unique('environment');
  const bundling = { workflowBundle: undefined, workflowsPath };
  const worker = await Worker.create(await workerOptions(taskQueue, plugin, bundling));
  const client = await makeClient({ plugins: [plugin] });
  const one = () => client.workflow.execute('one', { taskQueue, workflowId: unique('one'), args: ['x'] });
  await worker.runUntil(async () => {
    await one();
    await sleep(CAPTURE_MS);
    await one();
  });
  await reading(store, async (from) => {
    const [late, first] = await from.runs({ limit: 10 });
    const early = await from.environment(first!.start.provenance.environment!);
    const whole = await from.environment(late!.start.provenance.environment!);
    expect(early?.reasons[BUNDLE]).toBe('bundled_at_start');
    expect(whole?.reasons[BUNDLE]).toBeUndefined();
    expect(early?.identity.runtime).toEqual(whole?.identity.runtime);
    expect(first!.start.provenance.code).toBe(early?.code_id);
  });
});

it("know the workflow's metadata, even if a slow codec decrypts it", async () => {
  const store = `sqlite:${join(folder, 'sealed.db')}`;
  slowCapture();
  const dataConverter = { payloadCodecs: [new SlowCodec()] };
  const plugin = new ProvenancePlugin({ store });
  const taskQueue = unique('sealed');
  const worker = await Worker.create(await workerOptions(taskQueue, plugin, { dataConverter }));
  const client = await makeClient({ plugins: [plugin], dataConverter });
  const options = { taskQueue, workflowId: unique('sealed'), args: ['x'] };
  await worker.runUntil(withMetadata({ operator: 'Ada' }, () => client.workflow.execute('one', options)));
  const [runs, losses] = await reading(store, (from) =>
    Promise.all([from.runs({ limit: 100 }), from.losses()]),
  );
  expect(losses).toEqual([]);
  expect(runs.map(({ start }) => start.operator)).toEqual(['Ada']);
});
