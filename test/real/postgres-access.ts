/** How a PostgreSQL server of a test lets people in: passwords, TLS, and a pooler before it. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, type PostgresServer } from './postgres';
import { type Certificates, makeCertificates } from './tls-proxy';

/** Lines of pg_hba.conf that count before those of the server. */
export async function letIn(server: PostgresServer, ...lines: string[]): Promise<void> {
  const file = join(server.folder, 'data', 'pg_hba.conf');
  const kept = `${file}.kept`;
  if (!existsSync(kept)) copyFileSync(file, kept);
  writeFileSync(file, `${lines.join('\n')}\n${readFileSync(kept, 'utf8')}`);
  await server.execute('SELECT pg_reload_conf()');
}

/** Turns TLS on. The server's certificate is for localhost and 127.0.0.1. */
export async function turnTlsOn(server: PostgresServer): Promise<Certificates> {
  const folder = join(server.folder, 'certificates');
  mkdirSync(folder);
  const certificates = makeCertificates(folder);
  const { uid, gid } = statSync(join(server.folder, 'data'));
  chownSync(folder, uid, gid);
  for (const file of [certificates.server.cert, certificates.server.key]) {
    chownSync(file, uid, gid);
    chmodSync(file, 0o600);
  }
  await server.execute(`ALTER SYSTEM SET ssl_cert_file = '${certificates.server.cert}'`);
  await server.execute(`ALTER SYSTEM SET ssl_key_file = '${certificates.server.key}'`);
  await server.execute('ALTER SYSTEM SET ssl = on');
  await server.execute('SELECT pg_reload_conf()');
  await pause(300);
  return certificates;
}

const BOUNCERS = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'];

/** Why tests of a pooler can't run here; undefined when they can. */
export function poolerMissing(): string | undefined {
  return BOUNCERS.some((path) => existsSync(path)) ? undefined : 'no PgBouncer (apt-get install pgbouncer)';
}

export interface Pooler {
  port: number;
  close(): Promise<void>;
}

/** PgBouncer before a server, in transaction mode, with one connection to it for each database and role. */
export async function startPooler(server: PostgresServer, roles: readonly string[]): Promise<Pooler> {
  const folder = join(server.folder, 'pooler');
  mkdirSync(folder);
  const port = await freePort();
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o644 });
    return join(folder, name);
  };
  const users = file('users.txt', roles.map((role) => `"${role}" ""\n`).join(''));
  const settings = file(
    'pgbouncer.ini',
    `[databases]\n* = host=127.0.0.1 port=${server.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\n` +
      `unix_socket_dir =\nauth_type = trust\nauth_file = ${users}\npool_mode = transaction\ndefault_pool_size = 1\nmax_client_conn = 200\n`,
  );
  const { uid, gid } = statSync(join(server.folder, 'data'));
  const own = process.getuid?.() === 0 ? { uid, gid } : {};
  const running = spawn(BOUNCERS.find((path) => existsSync(path))!, [settings], { ...own, stdio: 'ignore' });
  await answering(running, port);
  return { port, close: () => ended(running) };
}

async function answering(running: ChildProcess, port: number): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    if (attempt > 200 || running.exitCode !== null) throw new Error('PgBouncer does not start.');
    await pause(50);
  }
}

function ended(running: ChildProcess): Promise<void> {
  if (running.exitCode !== null || running.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    running.once('exit', () => resolve());
    // At once: SIGINT would wait for its clients.
    running.kill('SIGTERM');
  });
}
