/** Every part that the recorder waits for made to hang, and to throw: openings are answered, closing ends, what is lost is counted. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { Recorder, RecorderOptions, RunDraft } from '../../src/record/recorder';
import { readSpool } from '../../src/record/spool/report';
import type { Store } from '../../src/store/store';
import { newUid } from '../built';
import { measured } from '../reliability';
import { AMPLE_MS, draft, reading, recorderOn, stopOf, storeUrl } from './recorder-kit';

const forever = () => new Promise<never>(() => undefined);
const throwing = () => {
  throw new Error('a fault');
};
const rejecting = async () => throwing();

/** What a worker waits for capture at most. */
const CALL_MS = 1_000;
let longest_ms = 0;
afterAll(() => {
  measured({
    row: 'F2',
    figure: 'parts that never answer, reject or throw: longest opening',
    value: longest_ms,
    unit: 'ms',
    limit: `≤ ${CALL_MS} ms`,
    holds: longest_ms <= CALL_MS,
  });
  // Ten times as much on a loaded machine: without a bound it never ends.
  expect(longest_ms).toBeLessThan(10 * CALL_MS);
});

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = join(tmpdir(), `provenance-hanging-${newUid()}`);
  folders.push(folder);
  return folder;
}

/** Two runs with all that may belong to them. Whatever happens, each call answers. */
async function work(recorder: Recorder): Promise<string[]> {
  const answers: string[] = [];
  for (const stash_at of ['run', 'execution'] as const) {
    const run = draft({ stash_at });
    const before = performance.now();
    const opening = await recorder.open(run, 50);
    longest_ms = Math.max(longest_ms, performance.now() - before);
    answers.push(opening.kind);
    recorder.record({
      kind: 'checkpoint',
      checkpoint: {
        schema_version: 1,
        checkpoint_id: newUid(),
        run_start: run.uid,
        index: 0,
        start_time: 1,
        stop_time: 2,
        details: [],
      },
    });
    recorder.context({ kind: 'context', run_id: 'r', n: 1, document: '{}' });
    recorder.stop(stopOf(run));
  }
  await recorder.lookup.execution('r').catch(() => null);
  await recorder.lookup.context('r', 1).catch(() => null);
  await recorder.flush(50);
  await recorder.close(1_000);
  return answers;
}

type Part =
  | 'write'
  | 'stash'
  | 'changeStash'
  | 'context'
  | 'execution'
  | 'identity'
  | 'stashHistory'
  | 'close';
const PARTS: Part[] = [
  'write',
  'stash',
  'changeStash',
  'context',
  'execution',
  'identity',
  'stashHistory',
  'close',
];

describe.each([
  ['never answers', forever],
  ['rejects', rejecting],
  ['throws', throwing],
])('a part of the store that %s', (_, fault) => {
  it.each(PARTS)('%s', async (part) => {
    const store = await reading(storeUrl());
    const faulty = Object.assign(Object.create(store) as Store, { [part]: fault });
    const spool = { folder: newFolder() };
    const recorder = recorderOn(faulty, { spool, initialStash: { project: 'optics' } });
    expect(await work(recorder)).toEqual(['open', 'open']);
    // What did not get into the store is in the spool, or counted.
    await recorderOn(store, { spool }).ready();
    const lost = recorder.statistics.losses.start ?? 0;
    await vi.waitUntil(async () => (await store.counts()).runs + lost === 2, { timeout: AMPLE_MS });
    await vi.waitUntil(async () => (await readSpool(spool.folder)).segments === 0, { timeout: AMPLE_MS });
  });
});

describe.each([
  ['never answers', forever],
  ['throws', throwing],
])('a function of the lab that %s', (_, fault) => {
  const parts: [string, Partial<RecorderOptions>][] = [
    ['a scan-id source', { scanIdSource: fault }],
    ['a subscriber', { subscribers: [fault] }],
    ['a logger', { log: { warn: fault } }],
  ];
  it.each(parts)('%s', async (_name, options) => {
    const url = storeUrl();
    const recorder = recorderOn(url, options);
    await recorder.ready();
    recorder.lose('something', 'so that the logger is asked');
    const answers = await work(recorder);
    expect(answers).toEqual(['open', 'open']);
    const { runs } = await (await reading(url)).counts();
    expect(runs + (recorder.statistics.losses.start ?? 0)).toBe(2);
  });
});

it("a spool whose folder can't be used leaves records in memory, reports it once, and loses none that fits", async () => {
  const said: string[] = [];
  const store = await reading(storeUrl());
  const faulty: Store = Object.assign(Object.create(store), { write: forever });
  const recorder = recorderOn(faulty, {
    spool: { folder: '/dev/null/spool' },
    log: { warn: (message) => said.push(message) },
  });
  const runs: RunDraft[] = [];
  const unusable = () => said.filter((line) => line.includes('The spool /dev/null/spool cannot be used'));
  for (let opened = 0; opened < 1_000 && unusable().length === 0; opened++) {
    const run = draft();
    runs.push(run);
    await recorder.open(run, 50);
  }
  faulty.write = store.write.bind(store);
  await recorder.flush(AMPLE_MS);
  expect((await store.counts()).runs).toBe(runs.length);
  expect(recorder.statistics.losses).toEqual({});
  expect(unusable()).toHaveLength(1);
});
