/**
 * Starts a PostgreSQL server for a benchmark, with the durability of a fresh installation (fsync and
 * synchronous_commit on). `PROVENANCE_BENCH_POSTGRES` names a running server to use instead.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const DEBIAN = '/usr/lib/postgresql';

/**
 * Returns `{url, close}`. If this machine has no server, prints the reason and returns undefined. `keep` is a
 * folder in which the data remain for the next time.
 */
export async function benchServer({ keep } = {}) {
  if (process.env.PROVENANCE_BENCH_POSTGRES) {
    return { url: process.env.PROVENANCE_BENCH_POSTGRES, close: async () => undefined };
  }
  if (!existsSync(DEBIAN)) {
    console.log('postgres — skipped: no PostgreSQL server on this machine (apt-get install postgresql)');
    return undefined;
  }
  const programs = join(DEBIAN, readdirSync(DEBIAN).sort((a, b) => b - a)[0], 'bin');
  const folder = keep ?? mkdtempSync(join(tmpdir(), 'provenance-bench-'));
  mkdirSync(folder, { recursive: true });
  const options = { cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } };
  chmodSync(folder, 0o755);
  if (process.getuid() === 0) {
    const id = (flag) => Number(execFileSync('id', [flag, 'postgres']));
    Object.assign(options, { uid: id('-u'), gid: id('-g') });
    chownSync(folder, options.uid, options.gid);
  }
  const data = join(folder, 'data');
  const flags = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'];
  if (!existsSync(data)) execFileSync(join(programs, 'initdb'), flags, { ...options, stdio: 'pipe' });
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
  const server = spawn(
    join(programs, 'postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { ...options, stdio: 'ignore' },
  );
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await untilItAnswers(url);
  return {
    url,
    async close() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill(keep ? 'SIGINT' : 'SIGQUIT');
      await ended;
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilItAnswers(url) {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client(url);
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (attempt > 200) throw error;
      await pause(50);
    }
  }
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
