/** The package as users get it: packed once, and installed into a project of its own without any script run. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../imports';

const execute = promisify(execFile);

export interface Packed {
  folder: string;
  tarball: string;
  /** Paths in the package. */
  files: string[];
  remove(): Promise<void>;
}

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

export async function pack(): Promise<Packed> {
  const folder = await mkdtemp(join(tmpdir(), 'packaging-'));
  const { stdout } = await npm(ROOT, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder);
  const [{ filename, files }] = JSON.parse(stdout);
  return {
    folder,
    tarball: join(folder, filename),
    files: files.map(({ path }: { path: string }) => path),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A project that has the package and `dependencies`; nothing was compiled in it. */
export async function installInto(
  packed: Packed,
  name: string,
  dependencies: readonly string[],
): Promise<string> {
  const project = join(packed.folder, name);
  await mkdir(project);
  await writeFile(join(project, 'package.json'), JSON.stringify({ name, private: true }));
  await npm(
    project,
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    packed.tarball,
    ...dependencies,
  );
  return project;
}

/** Gives a project the SQLite binding that this repository has compiled. */
export async function addNativePart(project: string): Promise<void> {
  const binding = join('node_modules', 'better-sqlite3', 'build', 'Release', 'better_sqlite3.node');
  await mkdir(dirname(join(project, binding)), { recursive: true });
  await copyFile(join(ROOT, binding), join(project, binding));
}

export async function run(folder: string, command: string, ...args: string[]): Promise<Outcome> {
  const env = { ...process.env, PROVENANCE_STORE: undefined, NODE_OPTIONS: undefined, NO_COLOR: '1' };
  try {
    return { code: 0, ...(await execute(command, args, { cwd: folder, env })) };
  } catch (error) {
    const { code, stdout, stderr } = error as Outcome;
    return { code, stdout, stderr };
  }
}

async function npm(folder: string, ...args: string[]): Promise<{ stdout: string }> {
  const script = process.env.npm_execpath;
  const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
  return script ? execute(process.execPath, [script, ...args], options) : execute('npm', args, options);
}
