/**
 * Packages that npm installed, from its hidden lock file (`node_modules/.package-lock.json`, 1.5 ms for 350
 * packages), checked against the folders. If they disagree, the folders are used. Node.
 * @module
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type NpmLockEntry, parseNpmLock } from './locks';
import type { PackageRow } from './rows';
import { walkPackages } from './walk';

/** The lock that npm writes next to installed packages, relative to the project. */
export const NPM_HIDDEN_LOCK = 'node_modules/.package-lock.json';

interface InstalledRows {
  rows: PackageRow[];
  source: 'installed_lock' | 'walk';
}

/**
 * Rows of the packages installed under `root` and its `places` (folders in it with packages of their own,
 * relative with `/`), and whether the lock alone was used.
 */
export async function readNpmRows(
  root: string,
  lock: string,
  places: readonly string[] = [],
  deadline?: number,
): Promise<InstalledRows> {
  const prefixes = ['', ...places.map((place) => `${place}/`)].map((place) => `${place}node_modules/`);
  const entries = entriesOf(lock).filter(({ path }) => prefixes.some((prefix) => path.startsWith(prefix)));
  if (agrees(root, entries, prefixes)) return { rows: entries.map(toRow), source: 'installed_lock' };
  const known = new Map(entries.map((entry) => [`${entry.path}@${entry.version}`, entry]));
  const rows: PackageRow[] = [];
  for (const place of ['', ...places])
    for (const { path, name, version } of await walkPackages(join(root, place), deadline)) {
      const entry = known.get(`${place === '' ? path : `${place}/${path}`}@${version}`);
      rows.push(['npm', entry?.name ?? name, version, entry?.integrity ?? null]);
    }
  return { rows, source: 'walk' };
}

/** A truncated or empty lock lists nothing. */
function entriesOf(lock: string): NpmLockEntry[] {
  try {
    return parseNpmLock(lock);
  } catch {
    return [];
  }
}

function toRow({ name, version, integrity }: NpmLockEntry): PackageRow {
  return ['npm', name, version, integrity];
}

/**
 * True if the folders are those of the lock, and none was written after it. A package folder's time shows that
 * a file was added or replaced in it. A file rewritten in place is not detected, nor does npm detect it.
 * Synchronous: hundreds of small calls cost a tenth of what they do through the thread pool, and no task runs
 * yet.
 */
function agrees(root: string, entries: readonly NpmLockEntry[], prefixes: readonly string[]): boolean {
  try {
    const locked = statSync(join(root, NPM_HIDDEN_LOCK)).mtimeMs;
    const folders = new Map<string, Set<string>>(prefixes.map((prefix) => [prefix.slice(0, -1), new Set()]));
    for (const { path } of entries) {
      if (statSync(`${root}/${path}`).mtimeMs > locked) return false;
      const parent = list(folders, path);
      if (parent.startsWith('@', parent.lastIndexOf('/') + 1)) list(folders, parent);
    }
    return [...folders].every(([folder, names]) => hasOnly(join(root, folder), names));
  } catch {
    return false; // A folder that the lock names is missing.
  }
}

/**
 * Adds a path to the names of its folder, and returns the folder. (`node:path` normalises, which takes most of
 * the time here.)
 */
function list(folders: Map<string, Set<string>>, path: string): string {
  const at = path.lastIndexOf('/');
  const folder = path.slice(0, at);
  const names = folders.get(folder) ?? new Set();
  folders.set(folder, names.add(path.slice(at + 1)));
  return folder;
}

/** Links are not installed packages; dotted names are caches and commands. */
function hasOnly(folder: string, names: ReadonlySet<string>): boolean {
  const entries = readdirSync(folder, { withFileTypes: true });
  const packages = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  return packages.every(({ name }) => names.has(name) || isEmptyScope(folder, name));
}

function isEmptyScope(folder: string, name: string): boolean {
  return (
    name.startsWith('@') &&
    readdirSync(join(folder, name), { withFileTypes: true }).every((entry) => !entry.isDirectory())
  );
}
