/**
 * The built package's modules, by path: the store's thread runs from there. `PROVENANCE_DIST` names another build.
 * @module
 */
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

export const DIST = resolve(process.env.PROVENANCE_DIST ?? join(__dirname, '..', '..', 'dist'));
const built = createRequire(join(DIST, 'x'));

export const { openStore } = built('./src/store/open.js') as typeof import('../../src/store/open');
export const { SqliteEngine } = built(
  './src/store/sqlite/engine.js',
) as typeof import('../../src/store/sqlite/engine');
export const { createRecorder, jsonlSubscriber } = built(
  './src/record/recorder.js',
) as typeof import('../../src/record/recorder');
export const { openStash } = built('./src/stash/stash.js') as typeof import('../../src/stash/stash');
export const { compileRules } = built(
  './src/metadata/validate.js',
) as typeof import('../../src/metadata/validate');
export const { createRedactor } = built(
  './src/redaction/redactor.js',
) as typeof import('../../src/redaction/redactor');
export const { newUid } = built('./src/record/uid.js') as typeof import('../../src/record/uid');
