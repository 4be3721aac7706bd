/** A real worker with the plugin in a real container: each of its runs leads to the image that it ran in. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json';
import { makeClient, reading, runsOf, sharedBundle, unique } from '../plugin/harness';
import { coreBridge, type Engine, engineMissing, importNodeImage, push, startEngine } from '../real/docker';
import { type Registry, registryMissing, startRegistry } from '../real/registry';
import { temporalAddress } from '../real/temporal-server';

const ROOT = resolve(import.meta.dirname, '../..');
const missing = engineMissing() ?? registryMissing();
if (missing) console.warn(`Skipped, because ${missing}: a worker in a container`);

describe.skipIf(missing)('a worker in a container', () => {
  let engine: Engine;
  let registry: Registry;
  let out: string;

  beforeAll(async () => {
    out = mkdtempSync(join(tmpdir(), 'provenance-container-'));
    [engine, registry] = await Promise.all([startEngine(), startRegistry()]);
  });

  afterAll(async () => {
    await engine?.stop();
    await registry?.stop();
    if (out) rmSync(out, { recursive: true, force: true });
  });

  it('records the digest that its image has in the registry with each run', async () => {
    const name = `${registry.address}/lab/worker:2.0`;
    await importNodeImage(engine.docker, name, [], [coreBridge(ROOT)]);
    await push(engine.docker, name);
    const digest = await registry.digest('lab/worker', '2.0');
    writeFileSync(join(out, 'workflows.js'), (await sharedBundle()).code);
    const taskQueue = unique('container');
    const options = {
      address: temporalAddress().replace('localhost', '127.0.0.1'),
      taskQueue,
      store: 'sqlite:/out/provenance.db',
      codePath: '/out/workflows.js',
      until: '/out/end',
    };
    const inRoot = ['dist', 'node_modules', 'package.json', 'test/environment/container-worker.cjs'];
    const container = await engine.docker.createContainer({
      Image: name,
      Cmd: ['/node', '/app/test/environment/container-worker.cjs', JSON.stringify(options)],
      WorkingDir: '/app',
      HostConfig: {
        NetworkMode: 'host',
        Binds: [
          ...inRoot.map((path) => `${join(ROOT, path)}:/app/${path}:ro`),
          `${out}:/out`,
          `${engine.socketPath}:/var/run/docker.sock`,
        ],
      },
    });
    try {
      await container.start();
      const client = await makeClient();
      const run = { taskQueue, workflowId: taskQueue, args: ['Ada'] };
      const ended = container.wait();
      const died = ended.then(async () => {
        throw new Error(String(await container.logs({ stdout: true, stderr: true })));
      });
      died.catch(() => undefined);
      expect(await Promise.race([client.workflow.execute('one', run), died])).toBe('hello Ada');
      writeFileSync(join(out, 'end'), '');
      expect(await ended).toMatchObject({ StatusCode: 0 });
    } finally {
      await container.remove({ force: true });
    }
    const store = `sqlite:${join(out, 'provenance.db')}`;
    const [first] = await runsOf(store);
    expect(first).toMatchObject({ stop: { exit_status: 'success' } });
    const id = first?.start.provenance.environment ?? '';
    const environment = await reading(store, (reader) => reader.environment(id));
    const image = environment?.detail.image as JsonObject;
    expect(image).toMatchObject({
      name: `${registry.address}/lab/worker`,
      tag: '2.0',
      manifest_digest: digest,
    });
  });
});
