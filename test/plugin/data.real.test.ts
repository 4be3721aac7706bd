/** Data of runs on a real worker, of a pipeline that knows nothing of provenance. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DataDocument, DigestDocument } from '../../src/model/data';
import { MaskingCodec } from './fixtures/codec';
import * as activities from './fixtures/data-activities';
import { quietLogger, reading, recording, runsOf, unique } from './harness';

let workflowBundle: { code: string };
let folder: string;
const folders: string[] = [];

beforeAll(async () => {
  const workflowsPath = join(__dirname, 'fixtures', 'data-workflows.ts');
  workflowBundle = await bundleWorkflowCode({
    workflowsPath,
    plugins: [new ProvenancePlugin()],
    logger: quietLogger(),
  });
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'provenance-pipeline-'));
  folders.push(folder);
});

afterAll(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

type Options = Parameters<typeof recording>[0];
type More = Parameters<typeof recording>[2];

/** Executes a workflow, and resolves when its worker has ended; a workflow may fail. */
async function execute(type: string, args: unknown[], options: Options = {}, more: More = {}) {
  return recording(
    options,
    async ({ client, taskQueue }) => {
      const workflowId = unique('data');
      return client.workflow.execute(type, { taskQueue, workflowId, args }).catch((error) => String(error));
    },
    { activities, workflowBundle, ...more },
  );
}

interface Told {
  data: { [activity: string]: DataDocument[] };
  digests: Map<string, DigestDocument>;
}

async function told(store: string): Promise<Told> {
  const types = new Map((await runsOf(store)).map(({ start }) => [start.uid, start.temporal.activity_type]));
  return reading(store, async (reader) => {
    const documents = (await reader.documents({ of: 'data', limit: 100 })) as unknown as DataDocument[];
    const digests = (await reader.documents({ of: 'digest', limit: 100 })) as unknown as DigestDocument[];
    const data: Told['data'] = {};
    for (const document of documents) {
      const type = types.get(document.run_start)!;
      data[type] = [...(data[type] ?? []), document];
    }
    return { data, digests: new Map(digests.map((one) => [`${one.uri} ${one.signature}`, one])) };
  });
}

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
const here = (name: string) => join(folder, name);
const uri = (name: string) => `file://${hostname()}${here(name)}`;

test('each run of a pipeline records what it used and generated, with digests', async () => {
  writeFileSync(here('raw.csv'), 'a,b\n1,2\n');
  const { store } = await execute('training', [here('raw.csv'), here('model.json')]);
  const { data, digests } = await told(store);
  const [reduced] = data.reduce!;
  const [trained] = data.train!;
  expect(reduced?.items).toMatchObject([
    { direction: 'used', uri: uri('raw.csv'), paths: ['args[0]'] },
    { direction: 'generated', uri: uri('raw.csv.reduced.csv'), paths: ['result.path'] },
  ]);
  expect(trained?.items).toMatchObject([
    { direction: 'used', uri: uri('raw.csv.reduced.csv'), paths: ['args[0].data'] },
    { direction: 'generated', uri: uri('model.json'), paths: ['args[0].model', 'result'] },
  ]);
  const [made, used] = [reduced!.items[1]!, trained!.items[0]!];
  expect(used.signature).toBe(made.signature);
  for (const item of [...reduced!.items, ...trained!.items]) {
    const known = item.sha256 ?? digests.get(`${item.uri} ${item.signature}`)?.sha256;
    expect(known).toBe(sha256(item.uri.slice(`file://${hostname()}`.length)));
  }
});

test('a local activity does so too', async () => {
  writeFileSync(here('raw.csv'), 'a\n1\n');
  const { store } = await execute('local', [here('raw.csv')]);
  const { data } = await told(store);
  expect(data.reduce?.[0]?.items.map(({ direction }) => direction)).toEqual(['used', 'generated']);
});

test('a file belongs to the attempt that wrote it, even if that attempt failed', async () => {
  const { store } = await execute('resumed', [here('checkpoint.json')]);
  const { data } = await told(store);
  const runs = new Map((await runsOf(store)).map(({ start }) => [start.uid, start.temporal.attempt]));
  const directions = data.checkpointed!.map(({ run_start, items }) => [
    runs.get(run_start),
    ...items.map(({ direction }) => direction),
  ]);
  expect(directions.sort()).toEqual([
    [1, 'generated'],
    [2, 'used'],
  ]);
});

test('a URI is recorded without its credentials', async () => {
  const { store } = await execute('named', ['https://ada:hunter2secret@lab.example/a.csv']);
  const { data } = await told(store);
  expect(data.echo?.[0]?.items).toMatchObject([
    {
      direction: 'used',
      type: 'remote',
      missing: 'remote',
      uri: 'https://[redacted]@lab.example/a.csv',
      paths: ['args[0]', 'result'],
    },
  ]);
});

test('a root gives the same name everywhere; ignored files are left out', async () => {
  writeFileSync(here('raw.csv'), 'a\n1\n');
  const { store } = await execute('local', [here('raw.csv')], {
    data: { roots: { beamline: folder }, ignore: ['*.reduced.csv'] },
  });
  const { data } = await told(store);
  expect(data.reduce?.[0]?.items).toMatchObject([{ site_name: 'beamline/raw.csv', uri: uri('raw.csv') }]);
});

test.each([
  ['data: false', { data: false }, {}],
  ['an activity that leaves no run', { capture: { reduce: false } }, {}],
  ['a lab that encrypts', {}, { dataConverter: { payloadCodecs: [new MaskingCodec()] } }],
] as [string, Options, More][])('no file is named with %s', async (_name, options, more) => {
  writeFileSync(here('raw.csv'), 'a\n1\n');
  const { store } = await execute('local', [here('raw.csv')], options, more);
  const { data } = await told(store);
  expect(Object.values(data).flatMap((documents) => documents.flatMap(({ items }) => items))).toEqual([]);
  expect(readFileSync(store.slice('sqlite:'.length), 'latin1')).not.toContain(uri('raw.csv'));
});

test('during an outage of the store the documents are in the spool', async () => {
  writeFileSync(here('raw.csv'), 'a\n1\n');
  const spool = here('spool');
  await execute('local', [here('raw.csv')], {
    store: 'postgres://nobody@127.0.0.1:1/none',
    spool: { folder: spool },
  });
  const kept = readdirSync(spool, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('');
  expect(kept).toContain(uri('raw.csv.reduced.csv'));
  expect(kept).toContain('"of":"data"');
});
