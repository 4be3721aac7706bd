/**
 * What `require` has loaded in this process. ES modules are in no list that Node shows; they are found by what names them.
 * Node.
 * @module
 */
import { createRequire } from 'node:module';
import { isAbsolute } from 'node:path';
import { isInstalled } from '../program/program';

/** Files, installed packages left out. */
export function loadedModules(): string[] {
  const cache = createRequire(__filename).cache ?? {};
  return Object.keys(cache).filter((path) => isAbsolute(path) && !isInstalled(path));
}
