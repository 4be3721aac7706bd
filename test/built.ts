/**
 * Modules of the built package, by path: the store's thread runs from there, and so do workers. `PROVENANCE_DIST` names another
 * build.
 * @module
 */
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

export const DIST = resolve(process.env.PROVENANCE_DIST ?? join(__dirname, '..', 'dist'));
const load = createRequire(join(DIST, 'x'));

/** A module by its path from the root, without an extension: `fromBuild<typeof import('../src/store/open')>('src/store/open')`. */
export function fromBuild<Module>(path: string): Module {
  return load(`./${path}.js`) as Module;
}

export const { openStore } = fromBuild<typeof import('../src/store/open')>('src/store/open');
export const { SqliteEngine } =
  fromBuild<typeof import('../src/store/sqlite/engine')>('src/store/sqlite/engine');
export const { createRecorder, jsonlSubscriber } =
  fromBuild<typeof import('../src/record/recorder')>('src/record/recorder');
export const { openStash } = fromBuild<typeof import('../src/stash/stash')>('src/stash/stash');
export const { compileRules } = fromBuild<typeof import('../src/metadata/validate')>('src/metadata/validate');
export const { createRedactor } =
  fromBuild<typeof import('../src/redaction/redactor')>('src/redaction/redactor');
export const { newUid } = fromBuild<typeof import('../src/record/uid')>('src/record/uid');
