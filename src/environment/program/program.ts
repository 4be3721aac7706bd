/**
 * Finds the program that this process runs: its entry file, the folder of its package, its repository. The
 * working directory does not show this: it is only the folder from which the program was started (systemd, cron
 * and containers start in `/`). Node.
 * @module
 */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { isJsonObject } from '../../model/json';

/** What a process was started with, and the folder of its code. */
export interface Program {
  /**
   * File with which Node was started, with links followed. Absent if there is none, or if it is an installed
   * tool (a test runner).
   */
  entry?: string;
  /**
   * Path of the installed tool with which Node was started, from its last `node_modules` on. Absent if Node was
   * started with a program.
   */
  tool?: string;
  /**
   * Folder of the entry's package, else of its repository, else its own folder. Without an entry: the working
   * directory.
   */
  folder: string;
}

/** The program of a process. @param main the file with which Node was started */
export function programOf(
  main: string | undefined = process.argv[1],
  cwd: string = workingFolder(),
): Program {
  const entry = main === undefined ? undefined : entryFile(main);
  if (entry === undefined) return { folder: cwd };
  if (isInstalled(entry)) return { folder: cwd, tool: entry.slice(entry.lastIndexOf(INSTALLED) + 1) };
  return { entry, folder: packageFolder(dirname(entry)) ?? repositoryOf(dirname(entry)) ?? dirname(entry) };
}

/** The working directory; the root if it was deleted. */
export function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return resolve(sep);
  }
}

/**
 * Node adds extensions and `index.js`. A file that was deleted since keeps its name: its folder still shows its
 * package.
 */
function entryFile(main: string): string | undefined {
  if (!isAbsolute(main)) return undefined;
  try {
    return createRequire(main).resolve(main);
  } catch {
    return join(realPath(dirname(main)), basename(main));
  }
}

/** A path with its links followed; the path itself if that fails. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const INSTALLED = `${sep}node_modules${sep}`;

/** True for files that a package manager installed. */
export function isInstalled(path: string): boolean {
  return path.includes(INSTALLED);
}

/** Nearest folder whose `package.json` contains more than how its files are read (`{"type": "module"}`). */
export function packageFolder(from: string): string | undefined {
  return firstAbove(from, (folder) => {
    const manifest = readManifest(folder);
    return manifest !== undefined && Object.keys(manifest).some((key) => key !== 'type');
  });
}

/** Top folder of the work tree around a folder, found by git's own folder or by the file that names it. */
export function repositoryOf(from: string): string | undefined {
  return firstAbove(from, (folder) => existsSync(join(folder, '.git')));
}

function firstAbove(from: string, holds: (folder: string) => boolean): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (holds(folder)) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** A folder's `package.json`; undefined if it is missing or cannot be read. */
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
