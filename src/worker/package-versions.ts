/**
 * Versions of what a worker is given, by the ways in which one can be known: it says so itself, it bears the name of an
 * installed npm package, or its file belongs to one. Nothing here throws; unknown is `undefined`. Node only.
 * @module
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';
import { programOf } from '../environment/program/program';

/** npm's rule for names. */
const PACKAGE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]{0,213}$/;
/** A version is short; whatever else stands under that name is none. */
const VERSION = /^[0-9A-Za-z.+-]{1,64}$/;

/** Its own `version`. */
export function versionOf(given: unknown): string | undefined {
  return tried(() => versionText((given as { version?: unknown }).version));
}

/** Of this package. A bundler puts it in as it is; the folders above a bundle are those of the application it is part of. */
export function ownVersion(): string | undefined {
  return tried(() => versionText(require('temporal-provenance/package.json').version));
}

/** Of the installed npm package that bears this name, as this process would load it. */
export function versionByName(name: string): string | undefined {
  if (!PACKAGE_NAME.test(name)) return undefined;
  const folders = tried(() => createRequire(join(programOf().folder, 'index.js')).resolve.paths(name)) ?? [];
  for (const folder of folders) {
    const found = manifestIn(join(folder, name));
    if (found?.name === name) return found.version;
  }
  return undefined;
}

/** Of the package that a file belongs to: the nearest package.json that names one. A bare specifier is asked by its name. */
export function versionAround(path: string): string | undefined {
  if (!isAbsolute(path)) return versionByName(/^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? '');
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const found = manifestIn(folder);
    if (found) return found.version;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Name and version of a package's folder; the package.json of a part (`{"type": "module"}`) has no name. */
function manifestIn(folder: string): { name: string; version?: string } | undefined {
  return tried(() => {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { name, version } = manifest as { name?: unknown; version?: unknown };
    return typeof name === 'string' ? { name, version: versionText(version) } : undefined;
  });
}

function versionText(version: unknown): string | undefined {
  return typeof version === 'string' && VERSION.test(version) ? version : undefined;
}

function tried<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
