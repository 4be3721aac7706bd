/**
 * Reads the integrity of packages from lock files, by `name@version`. Text is read line by line with a pattern
 * per format, no more than is needed. Node.
 * @module
 */
import { isJsonObject } from '../../model/json';

/** `name@version` → SRI. */
export type Integrity = Map<string, string>;

/**
 * Entry of npm's `package-lock.json` and of its hidden lock file. It has a path, so that it can be compared
 * with the folders.
 */
export interface NpmLockEntry {
  path: string;
  name: string;
  version: string;
  integrity: string | null;
}

/** Installed packages of an npm lock, without links and workspaces. @throws Error if it is not such a lock */
export function parseNpmLock(text: string): NpmLockEntry[] {
  const lock: unknown = JSON.parse(text);
  if (!isJsonObject(lock) || !isJsonObject(lock.packages)) throw new Error('No lock file of npm 7 or later');
  const entries: NpmLockEntry[] = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    const at = path.lastIndexOf('node_modules/');
    if (at < 0 || !isJsonObject(entry) || entry.link === true || typeof entry.version !== 'string') continue;
    const name = typeof entry.name === 'string' ? entry.name : path.slice(at + 'node_modules/'.length);
    const integrity = typeof entry.integrity === 'string' ? entry.integrity : null;
    entries.push({ path, name, version: entry.version, integrity });
  }
  return entries;
}

/** pnpm's `lock.yaml`: `packages:` holds `name@version(peers):` and below it `resolution: {integrity: …}`. */
export function parsePnpmLock(text: string): Integrity {
  const integrity: Integrity = new Map();
  const from = text.search(/^packages:$/m);
  const end = text.slice(from + 9).search(/^\w/m);
  const section = from < 0 ? '' : text.slice(from + 9, end < 0 ? undefined : from + 9 + end);
  let key = '';
  for (const line of section.split('\n')) {
    const name = /^ {2}['"]?\/?((?:@[^@/\s]+\/)?[^@/\s'"]+@[^('":\s]+)[^:]*:$/.exec(line)?.[1];
    if (name) key = name;
    const hash = /^ {4}resolution:.*integrity: ([^,}\s]+)/.exec(line)?.[1];
    if (hash && key) integrity.set(key, hash);
  }
  return integrity;
}

/** yarn 1's `yarn.lock`: blocks of `"name@range":`, `version "…"`, `integrity …`. */
export function parseYarnLock(text: string): Integrity {
  const integrity: Integrity = new Map();
  for (const block of text.split(/\n(?=\S)/)) {
    const name = /^"?((?:@[^@/\s"]+\/)?[^@/\s"]+)@/.exec(block)?.[1];
    const version = /^ {2}version "([^"\s]+)"$/m.exec(block)?.[1];
    const hash = /^ {2}integrity (\S+)$/m.exec(block)?.[1];
    if (name && version && hash) integrity.set(`${name}@${version}`, hash);
  }
  return integrity;
}

/**
 * bun's `bun.lock`: JSON with trailing commas; a package is `["name@version", registry, dependencies, SRI]`.
 */
export function parseBunLock(text: string): Integrity {
  const integrity: Integrity = new Map();
  const lock: unknown = JSON.parse(text.replace(/,(\s*[}\]])/g, '$1'));
  const packages = isJsonObject(lock) && isJsonObject(lock.packages) ? Object.values(lock.packages) : [];
  for (const entry of packages) {
    if (!Array.isArray(entry)) continue;
    const [key, , , hash] = entry;
    if (typeof key === 'string' && typeof hash === 'string') integrity.set(key, hash);
  }
  return integrity;
}
