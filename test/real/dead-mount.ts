/**
 * A network mount that does not answer: a file system in user space whose server never reads a request. Every call to it hangs until
 * the server ends. Needs the right to mount.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder on which every call hangs. */
export interface DeadMount {
  folder: string;
  /** Lets all calls that hang fail, and takes the folder away. */
  end(): Promise<void>;
}

/** Mounts one; a text where this machine does not let us, with the reason. */
export async function mountDead(): Promise<DeadMount | string> {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-dead-'));
  const script = `exec 3<>/dev/fuse && mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 dead "$1" && echo mounted && read -r _; umount -l "$1"`;
  const server = spawn('bash', ['-c', script, 'bash', folder], { stdio: ['pipe', 'pipe', 'pipe'] });
  const said = await firstWord(server);
  if (said === 'mounted') return { folder, end: () => end(server, folder) };
  rmdirSync(folder);
  return `no mount in user space: ${said}`;
}

/** What it says first; what went wrong where it says nothing. */
async function firstWord(server: ChildProcess): Promise<string> {
  let fault = '';
  server.stderr?.on('data', (data) => {
    fault += String(data);
  });
  const said = once(server.stdout!, 'data').then(([data]) => String(data).trim());
  const ended = once(server, 'close').then(() => fault.trim());
  return Promise.race([said, ended]);
}

async function end(server: ChildProcess, folder: string): Promise<void> {
  const closed = once(server, 'close');
  server.stdin?.end('end\n');
  await closed;
  rmdirSync(folder);
}
