/**
 * Upgrades a SQLite database to the newest revision, under the write lock. Any number of processes may do it at once. Node only.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { ProvenanceError } from '../../../errors';
import { announceUpgrade, LATEST_REVISION, MIGRATIONS, refuseUnreleased } from '../../migrations';
import { VIEWS } from '../../views';
import type { Database } from '../connection/connection';

/** Distinguishes our databases from those of other programs (`PRAGMA application_id`): "PRVN". */
const APPLICATION_ID = 0x5052564e;

const MIGRATION_TABLE = `CREATE TABLE IF NOT EXISTS migration (
  revision INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  breaking INTEGER NOT NULL,                     -- 1: a release that does not know it must not use the database
  applied_time REAL NOT NULL,
  version TEXT NOT NULL                          -- of the product
) STRICT`;

/**
 * @throws STORE_SCHEMA_NEWER, STORE_URL_INVALID (another program's database)
 */
export function migrate(db: Database, location: string): void {
  if (checkRevision(db, location) >= LATEST_REVISION) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    const revision = checkRevision(db, location);
    db.exec(MIGRATION_TABLE);
    for (const migration of MIGRATIONS.slice(revision)) {
      db.exec(migration.sql.sqlite!);
      db.prepare('INSERT INTO migration VALUES (?, ?, ?, ?, ?)').run(
        migration.revision,
        migration.name,
        migration.breaking ? 1 : 0,
        Date.now() / 1000,
        productVersion(),
      );
    }
    db.exec(VIEWS.sqlite);
    if (revision === 0) identify(db);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${LATEST_REVISION}`);
    db.exec('COMMIT');
    if (revision > 0 && revision < LATEST_REVISION) announceUpgrade(location, revision);
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Returns the database's revision; 0 for an empty file.
 * @throws STORE_SCHEMA_NEWER, STORE_URL_INVALID (another program's database, or one from before the first release)
 */
export function checkRevision(db: Database, location: string): number {
  const revision = Number(db.pragma('user_version', { simple: true }));
  const ours = db.pragma('application_id', { simple: true }) === APPLICATION_ID;
  if (!ours) {
    const { tables } = db.prepare('SELECT count(*) AS tables FROM sqlite_master').get() as { tables: number };
    if (tables === 0) return 0;
    throw new ProvenanceError(
      'STORE_URL_INVALID',
      `The store ${location} is a database of another program; use another file.`,
    );
  }
  const first = db.prepare('SELECT name FROM migration WHERE revision = 1').pluck().get();
  refuseUnreleased(location, first as string | undefined);
  if (revision > LATEST_REVISION) refuseBreaking(db, location);
  return revision;
}

function refuseBreaking(db: Database, location: string): void {
  const newer = db
    .prepare('SELECT version FROM migration WHERE revision > ? AND breaking = 1 ORDER BY revision DESC')
    .get(LATEST_REVISION) as { version: string } | undefined;
  if (!newer) return;
  throw new ProvenanceError(
    'STORE_SCHEMA_NEWER',
    `The store ${location} was migrated to a newer schema by temporal-provenance ${newer.version}; ` +
      `this is ${productVersion()}. Upgrade temporal-provenance here.`,
  );
}

function identify(db: Database): void {
  const creator = {
    'temporal-provenance': productVersion(),
    node: process.versions.node,
    sqlite: db.prepare('SELECT sqlite_version()').pluck().get(),
  };
  db.prepare(
    'INSERT INTO storage (one, storage_id, state_id, created_time, creator) VALUES (1, ?, 0, ?, ?)',
  ).run(randomUUID(), Date.now() / 1000, JSON.stringify(creator));
}

function productVersion(): string {
  return createRequire(__filename)('temporal-provenance/package.json').version;
}
