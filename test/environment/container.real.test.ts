/** A real worker with the plugin in a real container: each of its runs leads to the image that it ran in. */
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/model/documents';
import type { JsonObject } from '../../src/model/json';
import { call } from '../cli/laboratory';
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
  const folders: string[] = [];

  beforeAll(async () => {
    out = newFolder();
    [engine, registry] = await Promise.all([startEngine(), startRegistry()]);
  });

  afterAll(async () => {
    await engine?.stop();
    await registry?.stop();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  /** A worker in a container of `image` does one workflow; what it records is in its store. */
  async function work(image: string, more: { user?: string; env?: string[]; binds?: string[] } = {}) {
    const end = join(out, 'end');
    rmSync(end, { force: true });
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
      Image: image,
      Cmd: ['/node', '/app/test/environment/container-worker.cjs', JSON.stringify(options)],
      WorkingDir: '/app',
      User: more.user,
      Env: more.env,
      HostConfig: {
        NetworkMode: 'host',
        Binds: [
          ...inRoot.map((path) => `${join(ROOT, path)}:/app/${path}:ro`),
          `${out}:/out`,
          ...(more.binds ?? []),
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
      writeFileSync(end, '');
      expect(await ended).toMatchObject({ StatusCode: 0 });
    } finally {
      await container.remove({ force: true });
    }
  }

  function newFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'provenance-container-'));
    folders.push(folder);
    return folder;
  }

  const storeOf = (folder: string) => `sqlite:${join(folder, 'provenance.db')}`;

  it('records with each run the digest that its image has in the registry', async () => {
    const name = `${registry.address}/lab/worker:2.0`;
    await importNodeImage(engine.docker, name, [], [coreBridge(ROOT)]);
    await push(engine.docker, name);
    const digest = await registry.digest('lab/worker', '2.0');
    await work(name, { binds: [`${engine.socketPath}:/var/run/docker.sock`] });
    const store = storeOf(out);
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

  it('without permission for the socket records that, although the environment is known without it, and doctor says what to do', async () => {
    await importNodeImage(engine.docker, 'worker:closed', [], [coreBridge(ROOT)]);
    out = newFolder();
    chownSync(out, 1000, 1000);
    const closed = newFolder();
    const user = '1000:1000';
    chmodSync(engine.socketPath, 0o600);
    await work('worker:closed', { user });
    await work('worker:closed', { user, binds: [`${engine.socketPath}:/var/run/docker.sock`] });
    expect((await call(['doctor'], { cwd: out })).out).toMatch(
      /worker's user may not use the container engine's socket .*--group-add.*PROVENANCE_IMAGE_REF/,
    );
    // A folder that others may not enter.
    await work('worker:closed', {
      user,
      binds: [`${closed}:/closed`, `${engine.socketPath}:/closed/docker.sock`],
      env: ['DOCKER_HOST=unix:///closed/docker.sock'],
    });
    const runs = await runsOf(storeOf(out));
    expect(new Set(runs.map(({ start }) => start.provenance.environment)).size).toBe(1);
    const env = async ({ start }: RunRecord) =>
      JSON.parse((await call(['env', '--json', start.uid], { cwd: out })).out);
    const reasons = await Promise.all(runs.map(async (run) => (await env(run)).reasons['image.name']));
    expect(reasons).toEqual(['no_engine_socket', 'engine_permission', 'engine_permission']);
  });
});
