/**
 * A release to come: a copy of the built package that knows more. It brings a revision of the schema, as a later release will.
 * @module
 */
import { appendFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { DIST } from '../built';

/** Version that the copy says it is. */
export const LATER_VERSION = '9.0.0';

/** What the revision brings unless a test says otherwise: a column, a table and an index, as a release might. */
const SQL = {
  sqlite: `ALTER TABLE run ADD COLUMN later TEXT;
    CREATE TABLE later (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
    CREATE INDEX later_name ON later (name);`,
  postgres: `ALTER TABLE run ADD COLUMN later text;
    CREATE TABLE later (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
    CREATE INDEX later_name ON later (name);`,
};

export interface LaterRelease {
  /** Its modules, as {@link DIST} are this release's. */
  dist: string;
  /** A module by its path from the root, without an extension. */
  load<Module>(path: string): Module;
  openStore: typeof import('../../src/store/open').openStore;
  SqliteEngine: typeof import('../../src/store/sqlite/engine').SqliteEngine;
  revision: number;
}

/**
 * Makes one in a folder that is not there yet.
 * @param kind a file that describes a kind of record (`kind`) and the migration that makes its table (`sql`), which it brings instead
 */
export function laterRelease(folder: string, kind?: string): LaterRelease {
  const root = join(DIST, '..');
  const dist = join(folder, 'dist');
  mkdirSync(folder, { recursive: true });
  cpSync(DIST, dist, { recursive: true, filter: (path) => !path.endsWith('.d.ts') });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, version: LATER_VERSION }));
  const store = join(dist, 'src', 'store');
  let sql = JSON.stringify(SQL);
  if (kind !== undefined) {
    const file = `${basename(kind, '.cjs')}.js`;
    cpSync(kind, join(store, 'records', file));
    const known = `\nexports.DOCUMENT_KINDS = [...exports.DOCUMENT_KINDS, require('./${file}').kind];\n`;
    appendFileSync(join(store, 'records', 'kinds.js'), known);
    sql = `require('../records/${file}').sql`;
  }
  appendFileSync(
    join(store, 'migrations', 'index.js'),
    `\nexports.MIGRATIONS = [...exports.MIGRATIONS, { revision: exports.MIGRATIONS.length + 1, name: 'later', breaking: false, sql: ${sql} }];
exports.LATEST_REVISION = exports.MIGRATIONS.length;\n`,
  );
  const require = createRequire(join(dist, 'x'));
  const load = <Module>(path: string): Module => require(`./${path}.js`) as Module;
  return {
    dist,
    load,
    openStore: load<typeof import('../../src/store/open')>('src/store/open').openStore,
    SqliteEngine:
      load<typeof import('../../src/store/sqlite/engine')>('src/store/sqlite/engine').SqliteEngine,
    revision: load<typeof import('../../src/store/migrations')>('src/store/migrations/index').LATEST_REVISION,
  };
}
