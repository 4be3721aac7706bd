/**
 * A release to come: a copy of the built package that knows more. It brings a revision of the schema, as a later release will.
 * @module
 */
import { appendFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Migration } from '../../src/store/migrations';
import { DIST } from '../built';

/** Version that the copy says it is. */
export const LATER_VERSION = '9.0.0';

/** What the revision brings unless a test says otherwise: a column, a table and an index, as a release might. */
export const LATER_SQL = {
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
  /** A module of it, by its path from `dist`. */
  load(path: string): unknown;
  openStore: typeof import('../../src/store/open').openStore;
  SqliteEngine: typeof import('../../src/store/sqlite/engine').SqliteEngine;
  revision: number;
}

/** Makes one in a folder that is not there yet. */
export function laterRelease(folder: string, migration: Partial<Migration> = {}): LaterRelease {
  const root = join(DIST, '..');
  const dist = join(folder, 'dist');
  mkdirSync(folder, { recursive: true });
  cpSync(DIST, dist, { recursive: true, filter: (path) => !path.endsWith('.d.ts') });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, version: LATER_VERSION }));
  const brought = { name: 'later', breaking: false, sql: LATER_SQL, ...migration };
  appendFileSync(
    join(dist, 'src', 'store', 'migrations', 'index.js'),
    `\nexports.MIGRATIONS = [...exports.MIGRATIONS, { revision: exports.MIGRATIONS.length + 1, ...${JSON.stringify(brought)} }];
exports.LATEST_REVISION = exports.MIGRATIONS.length;\n`,
  );
  const load = createRequire(join(dist, 'x'));
  const { LATEST_REVISION } = load('./src/store/migrations/index.js');
  return {
    dist,
    load: (path) => load(`./${path}`),
    openStore: load('./src/store/open.js').openStore,
    SqliteEngine: load('./src/store/sqlite/engine.js').SqliteEngine,
    revision: LATEST_REVISION,
  };
}
