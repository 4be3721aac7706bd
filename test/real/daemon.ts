/** Starts a daemon for tests on loopback, and ends it by the process id that it was started with. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Daemon {
  stop(): Promise<void>;
}

/** Path of an executable, in the folders of PATH and those for administrators. */
export function findExecutable(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Starts it and waits until `ready` holds. @throws Error with what it printed, when it never does. */
export async function startDaemon(
  command: string,
  options: string[],
  ready: () => Promise<boolean>,
  within_ms = 30_000,
): Promise<Daemon> {
  const child = spawn(command, options, { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  const keep = (chunk: Buffer) => {
    printed = (printed + chunk).slice(-4000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = () => end(child, ended);
  for (const end_ms = Date.now() + within_ms; Date.now() < end_ms; await sleep(50)) {
    if (child.exitCode !== null) break;
    if (await ready().catch(() => false)) return { stop };
  }
  await stop();
  throw new Error(`${command} did not come up:\n${printed}`);
}

async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await ended;
  clearTimeout(late);
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
