/** A worker inside a real container finds the image that it runs from, in every way that a container may be run. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/environment/identity/canonical';
import type { CapturedEnvironment } from '../../src/model/environment';
import type { JsonObject } from '../../src/model/json';
import { type Engine, engineMissing, importNodeImage, push, startEngine } from '../real/docker';
import { type Registry, registryMissing, startRegistry } from '../real/registry';

const ROOT = resolve(import.meta.dirname, '../..');
const missing = engineMissing() ?? registryMissing();
if (missing) console.warn(`Skipped, because ${missing}: an image finding its own digest`);

describe.skipIf(missing)('a worker in a container', () => {
  let engine: Engine;
  let registry: Registry;
  let folder: string;
  let name: string;
  let digest: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'provenance-worker-'));
    writeFileSync(join(folder, 'worker.js'), WORKER);
    build(join(folder, 'dist'));
    [engine, registry] = await Promise.all([startEngine(), startRegistry()]);
    name = `${registry.address}/lab/scan:1.4`;
    await importNodeImage(engine.docker, name, ['org.opencontainers.image.version=1.4', 'lab.token=hunter2']);
    await push(engine.docker, name);
    digest = (await registry.digest('lab/scan', '1.4')) ?? '';
  });

  afterAll(async () => {
    await engine?.stop();
    await registry?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** Runs the worker in a container; returns what it captured. */
  async function run(
    host: HostConfig,
    options: Partial<ContainerCreateOptions> = {},
    meanwhile?: () => Promise<unknown>,
  ): Promise<CapturedEnvironment> {
    const out = mkdtempSync(join(folder, 'out-'));
    const binds = [
      `${folder}/dist:/app/dist:ro`,
      `${folder}/worker.js:/app/worker.js:ro`,
      `${ROOT}/node_modules:/app/node_modules:ro`,
      `${out}:/out`,
    ];
    const container = await engine.docker.createContainer({
      Image: name,
      Cmd: ['/node', '/app/worker.js'],
      WorkingDir: '/app',
      ...options,
      HostConfig: { NetworkMode: 'host', ...host, Binds: [...binds, ...(host.Binds ?? [])] },
    });
    try {
      await container.start();
      await meanwhile?.();
      writeFileSync(join(out, 'go'), '');
      const { StatusCode } = await container.wait();
      if (StatusCode !== 0) throw new Error(String(await container.logs({ stdout: true, stderr: true })));
      return JSON.parse(readFileSync(join(out, 'environment.json'), 'utf8'));
    } finally {
      await container.remove({ force: true });
    }
  }

  const socket = () => `${engine.socketPath}:/var/run/docker.sock`;
  const image = ({ environment }: CapturedEnvironment) => environment.detail.image as JsonObject;

  it('finds the digest that the registry gives for it, and keeps the kinds of digest apart', async () => {
    const captured = await run({ Binds: [socket()] }, { Env: ['DB_PASSWORD=hunter2', 'VERIFY=1'] });
    const inspected = await engine.docker.getImage(name).inspect();
    expect(image(captured)).toMatchObject({
      name: `${registry.address}/lab/scan`,
      tag: '1.4',
      config_digest: inspected.Id,
      manifest_digest: digest,
      repo_digests: [`${registry.address}/lab/scan@${digest}`],
      registry_confirmed: true,
      store: 'classic',
      source: 'engine',
      container_verified: 'cgroup',
      labels: { 'org.opencontainers.image.version': '1.4' },
    });
    expect(captured.environment.identity.image).toEqual({ layers: digestOf(inspected.RootFS.Layers ?? []) });
    expect(captured.environment.restorable).toEqual({ level: 'full', missing: [] });
    expect(captured.environment.identity.os).toMatchObject({ id: 'node-only', libc: 'glibc' });
    expect(JSON.stringify(captured.environment)).not.toContain('hunter2');
  });

  it('is found by its mounts if the control group is hidden, after a proof', async () => {
    const captured = await run({ Binds: [socket()], CgroupnsMode: 'private' } as HostConfig);
    expect(image(captured)).toMatchObject({ manifest_digest: digest, container_verified: 'file' });
  });

  it('is found with a read-only root, by its command', async () => {
    const captured = await run({
      Binds: [socket()],
      CgroupnsMode: 'private',
      ReadonlyRootfs: true,
      Tmpfs: { '/tmp': '' },
    } as HostConfig);
    expect(image(captured)).toMatchObject({ manifest_digest: digest, container_verified: 'command' });
  });

  it('is never confused with its neighbour that shares its name and mounts', async () => {
    const other = `${registry.address}/lab/other:1`;
    await importNodeImage(engine.docker, other);
    const neighbour = await engine.docker.createContainer({
      Image: other,
      Cmd: ['/node', '-e', 'setTimeout(() => {}, 60000)'],
      HostConfig: { NetworkMode: 'none' },
    });
    try {
      await neighbour.start();
      const network = { NetworkMode: `container:${neighbour.id}`, CgroupnsMode: 'private' };
      const captured = await run({ ...network, Binds: [socket()] } as HostConfig);
      expect(captured.environment.detail.image).toBeUndefined();
      expect(captured.environment.reasons['image.manifest_digest']).toBe('container_unverified');
    } finally {
      await neighbour.remove({ force: true });
    }
  });

  it('keeps the image that it runs from when the tag has moved', async () => {
    const moving = `${registry.address}/lab/moving:1`;
    const { Id } = await engine.docker.getImage(name).inspect();
    await engine.docker.getImage(name).tag({ repo: `${registry.address}/lab/moving`, tag: '1' });
    await importNodeImage(engine.docker, 'local/newer:1');
    const move = () =>
      engine.docker.getImage('local/newer:1').tag({ repo: `${registry.address}/lab/moving`, tag: '1' });
    const captured = await run({ Binds: [socket()] }, { Image: moving, Env: ['WAIT=1'] }, move);
    expect((await engine.docker.getImage(moving).inspect()).Id).not.toBe(Id);
    expect(image(captured)).toMatchObject({ config_digest: Id, name: `${registry.address}/lab/moving` });
    // The content was pushed under another name, and by that one it can be pulled.
    expect(image(captured).repo_digests).toEqual([`${registry.address}/lab/scan@${digest}`]);
  });

  it('that was never pushed has no repository digest, whatever its tag', async () => {
    const local = 'local/scan:9';
    await importNodeImage(engine.docker, local);
    const captured = await run({ Binds: [socket()] }, { Image: local });
    expect(image(captured)).toMatchObject({
      name: 'local/scan',
      tag: '9',
      config_digest: expect.any(String),
    });
    expect(image(captured).repo_digests).toBeUndefined();
    expect(captured.environment.reasons).toMatchObject({
      'image.manifest_digest': 'never_pushed',
      'image.repo_digests': 'never_pushed',
    });
  });

  it('without the socket has the same code id, and uses what the deployment says', async () => {
    const inside = await run({ Binds: [socket()] });
    const outside = await run({});
    expect(outside.environment.code_id).toBe(inside.environment.code_id);
    expect(outside.environment.id).not.toBe(inside.environment.id);
    expect(outside.environment.reasons['image.layers']).toBe('no_engine_socket');
    const told = await run({}, { Env: [`PROVENANCE_IMAGE_REF=${registry.address}/lab/scan:1.4@${digest}`] });
    expect(image(told)).toMatchObject({ source: 'variables', manifest_digest: digest, tag: '1.4' });
  });
});

/** Compiles the package as it is; what others left half-written elsewhere doesn't matter here. */
function build(folder: string): void {
  mkdirSync(folder);
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  try {
    execFileSync(tsc, ['-p', join(ROOT, 'tsconfig.json'), '--outDir', folder], { stdio: 'ignore' });
  } catch {
    readFileSync(join(folder, 'src/environment/capture.js')); // throws when nothing was made
  }
}

const WORKER = `
const { captureEnvironment } = require('./dist/src/environment/capture.js');
while (process.env.WAIT && !require('node:fs').existsSync('/out/go'));
const docker = process.env.VERIFY ? { verifyRegistry: true } : {};
const masking = { value: (value) => value, holds: () => false };
captureEnvironment({ plugins: [], docker, timeoutMs: 10000 }, masking).then((captured) => {
  captured.blobs = [];
  require('node:fs').writeFileSync('/out/environment.json', JSON.stringify(captured));
});
`;
