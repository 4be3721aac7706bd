/**
 * Finds versions of what a worker is given: its own `version`, the installed npm package with its name, or the
 * package of its file. Nothing here throws; an unknown version is `undefined`. Node only.
 * @module
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';
import { programOf } from '../environment/program/program';

/** npm's rule for names. */
const PACKAGE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]{0,213}$/;
/** A version is short. Anything else under that name is not a version. */
const VERSION = /^[0-9A-Za-z.+-]{1,64}$/;

/** The value's own `version`. */
export function versionOf(given: unknown): string | undefined {
  return tried(() => versionText((given as { version?: unknown }).version));
}

/** The version of this package. A bundler inserts it; the folders above a bundle belong to the application. */
export function ownVersion(): string | undefined {
  return tried(() => versionText(require('temporal-provenance/package.json').version));
}

/** The version of the installed npm package with this name, as this process would load it. */
export function versionByName(name: string): string | undefined {
  if (!PACKAGE_NAME.test(name)) return undefined;
  const folders = tried(() => createRequire(join(programOf().folder, 'index.js')).resolve.paths(name)) ?? [];
  for (const folder of folders) {
    const found = manifestIn(join(folder, name));
    if (found?.name === name) return found.version;
  }
  return undefined;
}

/**
 * The version of a file's package: from the nearest package.json with a name. A bare specifier is looked up by
 * its name.
 */
export function versionAround(path: string): string | undefined {
  if (!isAbsolute(path)) return versionByName(/^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? '');
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const found = manifestIn(folder);
    if (found) return found.version;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Name and version of a package's folder. The package.json of a part (`{"type": "module"}`) has no name. */
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
