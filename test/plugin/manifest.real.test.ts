/** What a worker is made of, in its environment: plugins, interceptors, converters and codecs by kind, name and version. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ActivityInterceptorsFactory,
  Worker,
  type WorkerOptions,
  type WorkerPlugin,
} from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { afterEach, expect, test } from 'vitest';
import { MaskingCodec } from './fixtures/codec';
import { makeClient, reading, runsOf, temporaryStore, unique, workerOptions } from './harness';

const require = createRequire(import.meta.url);
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A package of the lab's own, with a payload converter in it. */
function converterPackage(version: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-converter-'));
  folders.push(folder);
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'lab-converter', version }));
  writeFileSync(join(folder, 'lib', 'package.json'), '{"type": "commonjs"}');
  const path = join(folder, 'lib', 'lab-converter.js');
  const common = JSON.stringify(require.resolve('@temporalio/common'));
  writeFileSync(path, `exports.payloadConverter = require(${common}).defaultPayloadConverter;`);
  return path;
}

class VersionedCodec extends MaskingCodec {
  readonly version = '2.5.0';
}

function ownVersion(): string {
  return JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')).version;
}

/** What a run of a worker with these parts names: the manifest in its environment, and its code id. */
async function recordedManifest(more: Partial<WorkerOptions>): Promise<{ plugins: unknown; code: string }> {
  const store = temporaryStore();
  const environment = { docker: false, timeoutMs: 10_000 } as const;
  const plugin = new ProvenancePlugin({ store, environment });
  const taskQueue = unique('manifest');
  const plugins = [...(more.plugins ?? []), plugin];
  const worker = await Worker.create(await workerOptions(taskQueue, plugin, { ...more, plugins }));
  const client = await makeClient({ dataConverter: more.dataConverter, plugins: [plugin] });
  await worker.runUntil(() =>
    client.workflow.execute('one', { taskQueue, workflowId: unique('manifest'), args: ['x'] }),
  );
  const [run] = await runsOf(store);
  const { environment: id, code } = run!.start.provenance;
  const recorded = await reading(store, (reader) => reader.environment(id!));
  return { plugins: (recorded!.identity.code as { plugins: unknown }).plugins, code: code! };
}

test('each has its version if it is known, else null', async () => {
  const named = (name: string, more: object = {}) => ({ name, ...more }) as WorkerPlugin;
  const labInterceptor: ActivityInterceptorsFactory = () => ({});
  const { plugins } = await recordedManifest({
    plugins: [
      named('vega-datasets'),
      named('lab-plugin', { version: '0.3.1' }),
      named('Of nobody knows where'),
    ],
    interceptors: {
      activity: [labInterceptor],
      workflowModules: [require.resolve('@temporalio/interceptors-opentelemetry/lib/workflow-interceptors')],
    },
    dataConverter: {
      payloadConverterPath: converterPackage('1.0.0'),
      payloadCodecs: [new MaskingCodec(), new VersionedCodec()],
    },
  });
  expect(plugins).toEqual([
    { kind: 'plugin', name: 'vega-datasets', version: '3.2.1' },
    { kind: 'plugin', name: 'lab-plugin', version: '0.3.1' },
    { kind: 'plugin', name: 'Of nobody knows where', version: null },
    { kind: 'plugin', name: 'temporal-provenance', version: ownVersion() },
    { kind: 'interceptor', name: 'labInterceptor', version: null },
    { kind: 'interceptor', name: 'workflow-interceptors.js', version: '1.24.0' },
    { kind: 'data_converter', name: 'lab-converter.js', version: '1.0.0' },
    { kind: 'codec', name: 'MaskingCodec', version: null },
    { kind: 'codec', name: 'VersionedCodec', version: '2.5.0' },
  ]);
});

test('another version of a converter is other code', async () => {
  require(converterPackage('1.0.0')); // what a process has loaded before is part of what it runs
  const codes = [];
  for (const version of ['1.0.0', '1.0.0', '1.0.1']) {
    const dataConverter = { payloadConverterPath: converterPackage(version) };
    codes.push((await recordedManifest({ dataConverter })).code);
  }
  expect(codes[1]).toBe(codes[0]);
  expect(codes[2]).not.toBe(codes[0]);
});
