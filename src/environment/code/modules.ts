/**
 * What `require` has loaded in this process. Node lists no ES modules; they are found by the files that import
 * them. Node.
 * @module
 */
import { createRequire } from 'node:module';
import { isAbsolute } from 'node:path';
import { isInstalled } from '../program/program';

/** The loaded files, without installed packages. */
export function loadedModules(): string[] {
  const cache = createRequire(__filename).cache ?? {};
  return Object.keys(cache).filter((path) => isAbsolute(path) && !isInstalled(path));
}
