/**
 * Where the program lies that this process runs: its entry file, the folder of its package, its repository. The working
 * directory says where somebody stood when they started it (systemd, cron and containers start in `/`). Node.
 * @module
 */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { isJsonObject } from '../../model/json';

/** What a process was started with, and where its code lies. */
export interface Program {
  /** File that Node was started with, links followed. Absent without one, or where it is an installed tool (a test runner). */
  entry?: string;
  /** Installed tool that Node was started with instead, from its last `node_modules` on. */
  tool?: string;
  /** Folder of the entry's package, else of its repository, else its own folder; without an entry the working directory. */
  folder: string;
}

/** The program of a process. @param main what Node was started with */
export function programOf(
  main: string | undefined = process.argv[1],
  cwd: string = workingFolder(),
): Program {
  const entry = main === undefined ? undefined : entryFile(main);
  if (entry === undefined) return { folder: cwd };
  if (isInstalled(entry)) return { folder: cwd, tool: entry.slice(entry.lastIndexOf(INSTALLED) + 1) };
  return { entry, folder: packageFolder(dirname(entry)) ?? repositoryOf(dirname(entry)) ?? dirname(entry) };
}

/** The working directory; the root where it was removed. */
export function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return resolve(sep);
  }
}

/** Node adds extensions and `index.js` itself. A file that is gone since keeps its name: its folder still says whose it is. */
function entryFile(main: string): string | undefined {
  if (!isAbsolute(main)) return undefined;
  try {
    return createRequire(main).resolve(main);
  } catch {
    return join(realPath(dirname(main)), basename(main));
  }
}

/** A path with its links followed; the path itself where that can't be done. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const INSTALLED = `${sep}node_modules${sep}`;

/** True for what a package manager put there. */
export function isInstalled(path: string): boolean {
  return path.includes(INSTALLED);
}

/** Nearest folder with a `package.json` that says more than how its files are read (`{"type": "module"}`). */
export function packageFolder(from: string): string | undefined {
  return firstAbove(from, (folder) => {
    const manifest = readManifest(folder);
    return manifest !== undefined && Object.keys(manifest).some((key) => key !== 'type');
  });
}

/** Top folder of the work tree around a folder, as git's own folder or the file that names it shows. */
export function repositoryOf(from: string): string | undefined {
  return firstAbove(from, (folder) => existsSync(join(folder, '.git')));
}

function firstAbove(from: string, holds: (folder: string) => boolean): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (holds(folder)) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** A folder's `package.json`; undefined where there is none that can be read. */
export function readManifest(folder: string): { readonly [key: string]: unknown } | undefined {
  const path = join(folder, 'package.json');
  try {
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isJsonObject(manifest) ? manifest : undefined;
  } catch {
    return undefined;
  }
}
