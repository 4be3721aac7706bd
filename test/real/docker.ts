/** A real Docker engine of the tests' own, and images that hold nothing but Node: nothing is pulled. */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Docker from 'dockerode';
import { findExecutable, startDaemon } from './daemon';

export interface Engine {
  docker: Docker;
  socketPath: string;
  stop(): Promise<void>;
}

/** Why there can be no engine on this machine; undefined when there can. */
export function engineMissing(): string | undefined {
  if (process.platform !== 'linux') return 'a Docker engine of its own needs Linux';
  if (process.getuid?.() !== 0) return 'a Docker engine of its own needs root';
  return findExecutable('dockerd') ? undefined : 'dockerd is not installed';
}

/** Starts `dockerd` with its own data, socket and containerd. */
export async function startEngine(): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-docker-'));
  const socketPath = join(folder, 'docker.sock');
  const docker = new Docker({ socketPath });
  const options = ['--iptables=false', '--bridge=none', '--storage-driver=vfs', '--log-level=error'];
  const places = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')];
  const own = ['--pidfile', join(folder, 'pid'), '--host', `unix://${socketPath}`];
  const daemon = await startDaemon(
    findExecutable('dockerd') ?? '',
    [...options, ...places, ...own],
    async () => String(await docker.ping()) === 'OK',
  );
  return {
    docker,
    socketPath,
    async stop() {
      await daemon.stop();
      unmount(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The engine leaves its network namespace mounted. */
function unmount(folder: string): void {
  const mounts = execFileSync('cat', ['/proc/mounts'], { encoding: 'utf8' }).split('\n');
  const ours = mounts.map((line) => line.split(' ')[1] ?? '').filter((path) => path.startsWith(`${folder}/`));
  for (const path of ours.reverse()) execFileSync('umount', ['--lazy', path]);
}

/** Imports an image of this Node and the libraries that it and `native` modules need, as `name`, with `labels`. */
export async function importNodeImage(
  docker: Docker,
  name: string,
  labels: string[] = [],
  native: string[] = [],
): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'provenance-root-'));
  try {
    chmodSync(root, 0o755); // a user of the image that is not root enters it as well
    for (const folder of ['tmp', 'etc', 'proc', 'app', 'out', 'run']) mkdirSync(join(root, folder));
    writeFileSync(join(root, 'etc/os-release'), 'ID=node-only\nVERSION_ID="1"\n');
    const libraries = new Set([process.execPath, ...native].flatMap(librariesOf));
    for (const path of [process.execPath, ...libraries]) {
      const place = path === process.execPath ? '/node' : path;
      mkdirSync(dirname(join(root, place)), { recursive: true });
      copyFileSync(path, join(root, place));
    }
    const [repo, tag] = splitTag(name);
    const tar = spawn('tar', ['-C', root, '-c', '.'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const changes = labels.map((label) => `LABEL ${label}`);
    await follow(docker, await docker.importImage(tar.stdout, { repo, tag, changes }));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** What the SDK has that is native, for this machine, in the `node_modules` of `project`. */
export function coreBridge(project: string): string {
  const releases = join(project, 'node_modules/@temporalio/core-bridge/releases');
  const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const own = readdirSync(releases).find((name) => name.startsWith(`${machine}-`) && name.includes('linux'));
  return join(releases, own ?? '', 'index.node');
}

/** Files that the dynamic linker would load. */
function librariesOf(executable: string): string[] {
  const listed = execFileSync('ldd', [executable], { encoding: 'utf8' });
  return [...listed.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? '');
}

/** Pushes an image to a registry that asks for no password. */
export async function push(docker: Docker, name: string): Promise<void> {
  const [, tag] = splitTag(name);
  const image = docker.getImage(name);
  await follow(docker, await image.push({ tag, authconfig: { username: '', password: '' } }));
}

function splitTag(name: string): [repository: string, tag: string] {
  const at = name.lastIndexOf(':');
  return [name.slice(0, at), name.slice(at + 1)];
}

function follow(docker: Docker, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) =>
    docker.modem.followProgress(stream, (error, output: { error?: string }[]) => {
      const failed = output?.find((line) => line.error)?.error;
      if (error || failed) reject(error ?? new Error(failed));
      else resolve();
    }),
  );
}
