/** Somebody who follows the quick start: a folder of their own, what they type, and their worker. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporalAddress, temporalExecutable } from '../real/temporal-server';
import { byLength } from '../reliability';
import { addNativePart, type Outcome, type Packed, run } from './packed';
import { type Kind, QuickStartPage } from './quick-start-page';

export type Manager = 'npm' | 'pnpm';

/** The native part is compiled by the installation, as it is for readers; for a quick run the one of this repository is put there. */
const COMPILES = byLength({ short: false, full: true, soak: true });

/** The newest one that runs on this Node. */
const PNPM = 'pnpm@10.34.8';

/** Where package managers are that a machine may lack. */
function tools(packed: Packed): string {
  return join(packed.folder, 'tools');
}

/** Once for all readers. */
export async function installPnpm(packed: Packed): Promise<void> {
  if (existsSync(tools(packed))) return;
  mkdirSync(tools(packed));
  const outcome = await run(
    tools(packed),
    'npm',
    'install',
    '--prefix',
    '.',
    '--no-audit',
    '--no-fund',
    PNPM,
  );
  if (outcome.code !== 0) throw new Error(outcome.stderr);
}

/** A reader's folder, and the terminal in which the page's commands are typed. */
export class Reader {
  readonly folder: string;
  private readonly packed: Packed;
  private readonly kind: Kind;
  private readonly manager: Manager;
  private readonly compiles: boolean;
  private worker: ChildProcess | undefined;

  constructor(packed: Packed, kind: Kind, manager: Manager, compiles: boolean) {
    this.compiles = compiles && COMPILES;
    this.packed = packed;
    this.kind = kind;
    this.manager = manager;
    this.folder = join(packed.folder, `${kind}-${manager}`);
    mkdirSync(this.folder, { recursive: true });
  }

  /** Runs a command line of the page. @throws Error with what it printed, when it fails */
  async type(line: string): Promise<Outcome> {
    const outcome = await run(this.folder, 'sh', '-c', this.translated(line));
    if (outcome.code !== 0) throw new Error(`${line}\n${outcome.stdout}${outcome.stderr}`);
    if (!this.compiles && line.includes('install temporal-provenance')) await this.addNativePart();
    return outcome;
  }

  /** Where each package manager keeps it. */
  private async addNativePart(): Promise<void> {
    const store = join(this.folder, 'node_modules', '.pnpm');
    const own = existsSync(store)
      ? readdirSync(store).find((name) => name.startsWith('better-sqlite3@'))
      : undefined;
    await addNativePart(own === undefined ? this.folder : join(store, own));
  }

  /** Where the packed file, the tests' server and the package manager differ from what the page says. */
  private translated(line: string): string {
    if (line.startsWith('npm pkg set') && this.kind === 'cjs') return 'true';
    const bin = `PATH="${join(tools(this.packed), 'node_modules', '.bin')}:$PATH"`;
    const env = `TEMPORAL_ADDRESS=${temporalAddress()} npm_config_store_dir=${join(this.packed.folder, 'pnpm')} ${bin}`;
    let command = line.replace('install temporal-provenance', `install ${this.packed.tarball}`);
    if (this.manager === 'pnpm')
      command = command
        .replace('npm install --save-dev', 'pnpm add --save-dev')
        .replace('npm install', this.compiles ? 'pnpm add --allow-build=better-sqlite3' : 'pnpm add');
    else if (!this.compiles) command = command.replace('npm install', 'npm install --ignore-scripts');
    return `export ${env}; ${command.replace(/^temporal /, `${temporalExecutable()} `)}`;
  }

  /** Writes the files of the sections up to `section`. */
  write(section: number): void {
    const page = new QuickStartPage();
    for (const [path, text] of page.files(this.kind, section)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
  }

  async startWorker(): Promise<void> {
    const env = { ...process.env, TEMPORAL_ADDRESS: temporalAddress() };
    const worker = spawn(process.execPath, ['lib/worker.js'], { cwd: this.folder, env });
    this.worker = worker;
    await running(worker);
  }

  async endWorker(): Promise<number | null> {
    const worker = this.worker;
    this.worker = undefined;
    if (!worker || worker.exitCode !== null) return worker?.exitCode ?? null;
    worker.kill('SIGTERM');
    const [code] = await once(worker, 'exit');
    return code;
  }
}

/** Waits until a worker takes tasks. */
async function running(worker: ChildProcess): Promise<void> {
  let printed = '';
  const seen = (chunk: Buffer) => {
    printed += chunk;
  };
  worker.stderr?.on('data', seen);
  worker.stdout?.on('data', seen);
  for (const end_ms = Date.now() + 60_000; Date.now() < end_ms; await sleep(50)) {
    if (/Worker state changed.*RUNNING/s.test(printed)) return;
    if (worker.exitCode !== null) break;
  }
  throw new Error(`The worker did not start:\n${printed}`);
}
