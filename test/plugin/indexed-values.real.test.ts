/** Places in results and arguments that a lab names: taken from whole values by a real worker, searched by programs and people. */
import { readFileSync } from 'node:fs';
import { Worker } from '@temporalio/worker';
import { openProvenance, ProvenancePlugin, type SearchReport, withMetadata } from 'temporal-provenance';
import { expect, test } from 'vitest';
import { call } from '../cli/laboratory';
import { MaskingCodec } from './fixtures/codec';
import { makeClient, recording, runsOf, temporaryStore, unique, workerOptions } from './harness';

const INDEXED = ['result.chi2', 'result.token', 'args[0].sample', 'args[0].spectra.path', 'result.fitted'];
const SECRET = 'Zq8-not-for-the-record';

/** More properties than a record looks through for what is long: kept by digest as a whole. */
function wide(more: object): object {
  const parts = Array.from({ length: 1_500 }, (_, i) => [`p${i}`, `${i}`.padEnd(12, 'x')]);
  return { ...Object.fromEntries(parts), ...more };
}

class Fit {
  readonly #chi2: number;
  constructor(chi2: number) {
    this.#chi2 = chi2;
  }
  toJSON(): object {
    return wide({ chi2: this.#chi2, status: 'good' });
  }
}

const activities = {
  async greet(given: { result: string; chi2: number } | string): Promise<unknown> {
    if (typeof given === 'string') return given;
    const { result, chi2 } = given;
    if (result === 'class') return new Fit(chi2);
    if (result === 'small') return { chi2, status: 'good' };
    return wide({ chi2, token: SECRET, fitted: new Date(0) });
  },
};

interface Given {
  result: 'class' | 'small' | 'wide';
  chi2: number;
  sample?: string;
  metadata?: Parameters<typeof withMetadata>[0];
}

async function record(store: string, indexed: string[] | undefined, given: readonly Given[]): Promise<void> {
  await recording(
    { store, ...(indexed && { indexed }) },
    async ({ client, taskQueue }) => {
      for (const { metadata = {}, sample = 'Ni-7', ...one } of given) {
        const spectra = Array.from({ length: 3 }, (_, i) => ({
          path: `/data/${sample}/${i}.h5`,
          note: 'x'.repeat(9_000),
        }));
        const args = [wide({ ...one, sample, spectra })];
        await withMetadata(metadata, () =>
          client.workflow.execute('one', { taskQueue, workflowId: unique('fit'), args }),
        );
      }
    },
    { activities },
  );
}

async function found(store: string, where: string): Promise<{ chi2: unknown[]; report: SearchReport }> {
  const provenance = await openProvenance({ store });
  const report: SearchReport = {};
  const chi2: unknown[] = [];
  for await (const { start } of provenance.runs({ where, report }))
    chi2.push(start.temporal.workflow_id && start.scan_id);
  await provenance.close();
  return { chi2, report };
}

test('large results and arguments are found by the places that the lab indexes; others are reported as not searched', async () => {
  const store = temporaryStore();
  await record(store, INDEXED, [
    { result: 'wide', chi2: 0.9 },
    { result: 'class', chi2: 1.5, sample: 'Au' },
    { result: 'small', chi2: 0.4 },
  ]);
  const [run] = await runsOf(store);
  expect(run!.stop!.temporal).toMatchObject({
    result: [{ digest: expect.stringMatching(/^sha256:/) }],
    indexed: [
      ['temporal.result.chi2', 0.9],
      ['temporal.result.fitted', '1970-01-01T00:00:00.000Z'],
    ],
  });
  expect(run!.start.temporal.indexed).toEqual([
    ['temporal.args[0].sample', 'Ni-7'],
    ['temporal.args[0].spectra.path', ['/data/Ni-7/0.h5', '/data/Ni-7/1.h5', '/data/Ni-7/2.h5']],
  ]);
  const of = async (where: string) => (await found(store, where)).chi2;
  expect(await of('result.chi2 < 1.2 ORDER BY result.chi2')).toEqual([3, 1]);
  expect(await of('temporal.result.chi2 > 1')).toEqual([2]);
  expect(await of("args[0].sample = 'Au'")).toEqual([2]);
  expect(await of("args[0].spectra.path = '/data/Ni-7/1.h5'")).toEqual([3, 1]);
  expect(await of("result.fitted STARTS_WITH '1970-01-01'")).toEqual([1]);
  // Two are cut; the third has no such value.
  expect(await found(store, "result.p7 = 'x'")).toEqual({
    chi2: [],
    report: { unseen: 2, unseen_more: false, metadata: [] },
  });
  // What is masked is masked in the index too.
  expect(await found(store, `result.token = '${SECRET}'`)).toMatchObject({ chi2: [], report: { unseen: 1 } });
  expect(readFileSync(store.slice('sqlite:'.length), 'latin1')).not.toContain(SECRET);
  const { out, err } = await call(['list', '--where', "result.p7 = 'x'", '--store', store], { cwd: '/' });
  expect(out).toBe('');
  expect(err).toContain('2 runs could not be checked');
});

test('a metadata field of the same name has the short name', async () => {
  const store = temporaryStore();
  await record(
    store,
    ['result.chi2'],
    [
      { result: 'wide', chi2: 0.9, metadata: { result: { chi2: 7 } } },
      { result: 'small', chi2: 7 },
    ],
  );
  expect(await found(store, 'result.chi2 = 7')).toEqual({
    chi2: [1],
    report: { unseen: 0, unseen_more: false, metadata: ['result'] },
  });
  expect((await found(store, 'temporal.result.chi2 = 7')).chi2).toEqual([2]);
  const { err } = await call(['count', '--where', 'result.chi2 = 7', '--store', store], { cwd: '/' });
  expect(err).toContain('results of activities are temporal.result');
});

test('a place that is indexed later covers what was kept, and says since when', async () => {
  const store = temporaryStore();
  await record(store, undefined, [
    { result: 'wide', chi2: 0.9 },
    { result: 'small', chi2: 0.4 },
  ]);
  const before = Date.now() / 1000;
  await record(store, ['result.chi2'], [{ result: 'wide', chi2: 0.7 }]);
  expect(await found(store, 'result.chi2 < 1')).toEqual({
    chi2: [3, 2],
    report: { unseen: 1, unseen_more: false, metadata: [] },
  });
  const provenance = await openProvenance({ store });
  const [place] = await provenance.fields('result.chi2');
  expect(place).toMatchObject({
    path: 'temporal.result.chi2',
    runs: 2,
    types: [{ type: 'number', runs: 2 }],
    indexed: { complete: true, unseen: 1 },
    values: [
      { value: 0.4, runs: 1 },
      { value: 0.7, runs: 1 },
    ],
  });
  expect(place!.indexed!.since).toBeGreaterThan(before);
  expect(await provenance.count({ by: ['result.chi2'] })).toEqual([
    { by: { 'result.chi2': 0.4 }, runs: 1 },
    { by: { 'result.chi2': 0.7 }, runs: 1 },
    { by: { 'result.chi2': null }, runs: 1 },
  ]);
  await expect(provenance.count({ by: ['result.status'] })).rejects.toMatchObject({ code: 'FILTER_INVALID' });
  await provenance.close();
});

test.each([
  ['auto', 0],
  ['never', 1],
] as const)(
  'encrypted values are not indexed in clear unless the lab wants that: withhold %s',
  async (withhold, clear) => {
    const store = temporaryStore();
    const values = { withhold, digestKey: 'a key of sixteen' };
    const plugin = new ProvenancePlugin({ store, environment: false, indexed: INDEXED, values });
    const dataConverter = { payloadCodecs: [new MaskingCodec()] };
    const taskQueue = unique('codec');
    const more = { dataConverter, activities };
    const worker = await Worker.create(await workerOptions(taskQueue, plugin, more));
    const client = await makeClient({ dataConverter, plugins: [plugin] });
    const args = [{ result: 'wide', chi2: 0.5, sample: 'very secret sample' }];
    await worker.runUntil(client.workflow.execute('one', { taskQueue, workflowId: unique('codec'), args }));
    const raw = readFileSync(store.slice('sqlite:'.length), 'latin1');
    expect(raw.includes('very secret sample')).toBe(clear === 1);
    expect(await found(store, 'result.chi2 = 0.5')).toMatchObject({
      chi2: clear ? [1] : [],
      report: { unseen: 1 - clear },
    });
  },
);
