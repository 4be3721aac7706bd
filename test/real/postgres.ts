/**
 * A real PostgreSQL server on loopback for one test file: its own data folder, its own port, ended by its process id. Debian's
 * server (`apt-get install postgresql`) or any whose programs are on PATH.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { accessSync, chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const DEBIAN = '/usr/lib/postgresql';

/** Folder of `initdb` and `postgres`; undefined when this machine has none. */
export function postgresPrograms(): string | undefined {
  const debian = existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(DEBIAN, version, 'bin'))
    : [];
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...debian];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/** Why tests of PostgreSQL can't run here; undefined when they can. */
export function postgresMissing(): string | undefined {
  if (!postgresPrograms()) return 'no PostgreSQL server on this machine (apt-get install postgresql)';
  if (process.getuid?.() === 0 && !serverUser())
    return 'PostgreSQL does not run as root, and there is no user postgres';
  return undefined;
}

function serverUser(): { uid: number; gid: number } | undefined {
  try {
    const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { stdio: 'pipe' }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

export interface PostgresServer {
  readonly port: number;
  readonly folder: string;
  /** URL of a new, empty database. */
  createDatabase(): Promise<string>;
  /** URL of a database for another role. */
  urlOf(database: string, user?: string, password?: string): string;
  /** Statements as superuser. */
  execute(text: string, database?: string): Promise<pg.QueryResult>;
  /** `smart`: as Debian's service would; `immediate`: as a crash. */
  stop(how?: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server. `settings`: as in postgresql.conf. */
export async function startPostgres(settings: Record<string, string | number> = {}): Promise<PostgresServer> {
  const programs = postgresPrograms()!;
  const user = process.getuid?.() === 0 ? serverUser()! : undefined;
  const folder = mkdtempSync(join(tmpdir(), 'provenance-postgres-'));
  accessSync(folder);
  chmodSync(folder, 0o755);
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const identity = { ...user, cwd: folder, env: { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8' } };
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(join(programs, 'initdb'), initdb, { ...identity, stdio: 'pipe' });
  const server = new Server(programs, data, folder, await freePort(), identity, settings);
  await server.start();
  return server;
}

class Server implements PostgresServer {
  #process: ChildProcess | undefined;
  #databases = 0;

  readonly programs: string;
  readonly data: string;
  readonly folder: string;
  readonly port: number;
  readonly identity: { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number };
  readonly settings: Record<string, string | number>;

  constructor(
    programs: string,
    data: string,
    folder: string,
    port: number,
    identity: Server['identity'],
    settings: Server['settings'],
  ) {
    this.programs = programs;
    this.data = data;
    this.folder = folder;
    this.port = port;
    this.identity = identity;
    this.settings = settings;
  }

  urlOf(database: string, user = 'postgres', password = 'unused-here'): string {
    return `postgres://${user}:${password}@127.0.0.1:${this.port}/${database}`;
  }

  async createDatabase(): Promise<string> {
    this.#databases += 1;
    const name = `lab_${this.#databases}`;
    await this.execute(`CREATE DATABASE ${name}`);
    return this.urlOf(name);
  }

  async execute(text: string, database = 'postgres'): Promise<pg.QueryResult> {
    const client = new pg.Client(this.urlOf(database));
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await client.query(text);
    } finally {
      await client.end();
    }
  }

  async start(): Promise<void> {
    const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...this.settings };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    this.#process = spawn(
      join(this.programs, 'postgres'),
      ['-D', this.data, '-p', String(this.port), ...flags],
      { ...this.identity, stdio: 'ignore' },
    );
    for (let attempt = 0; ; attempt++) {
      try {
        await this.execute('SELECT 1');
        return;
      } catch (error) {
        if (attempt > 200 || this.#process.exitCode !== null) throw error;
        await pause(50);
      }
    }
  }

  async stop(how: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const running = this.#process;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()));
    running.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  }

  async close(): Promise<void> {
    await this.stop('immediate');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Below the ports that systems give to clients: a server that is stopped for a while finds it free again. */
const [FIRST_PORT, PORTS] = [20_000, 10_000];

export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
