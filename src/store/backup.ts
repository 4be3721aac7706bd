/**
 * A consistent copy of a store in a SQLite file, made while writing goes on: SQLite's own backup, or an export of one moment of
 * a PostgreSQL store. The file appears under its name when it is complete and was checked, never before. Node only.
 * @module
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ProvenanceError } from '../errors';
import { parseStoreUrl, type StoreLocation } from './location';
import type { StoreIdentity } from './store';

export interface BackupResult {
  path: string;
  size_bytes: number;
  runs: number;
  identity: StoreIdentity;
}

/** All pages in one step: a copy in steps begins again with each commit of another process. */
const ALL_PAGES = 0x7fffffff;

/**
 * Copies the store at `url` into a new SQLite file at `path`, which is for its owner alone.
 * @throws (rejects) ProvenanceError: STORE_URL_INVALID when the file is there already, STORE_UNREACHABLE, STORE_CORRUPT
 */
export async function backupStore(url: string, path: string): Promise<BackupResult> {
  const place = parseStoreUrl(url);
  const target = resolve(path);
  if (existsSync(target)) {
    throw new ProvenanceError(
      'STORE_URL_INVALID',
      `The backup ${target} is there already; name another file, or remove it first.`,
    );
  }
  const partial = `${target}.partial-${process.pid}`;
  try {
    closeSync(createPrivate(partial));
    await copy(place, partial);
    const checked = await check(partial);
    makeDurable(partial);
    renameSync(partial, target);
    makeDurable(dirname(target));
    return { path: target, size_bytes: statSync(target).size, ...checked };
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(partial + suffix, { force: true });
  }
}

function createPrivate(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (cause) {
    const words = 'cannot be made; check that its folder exists and is yours';
    throw new ProvenanceError('STORE_UNREACHABLE', `The backup ${path} ${words}.`, { cause });
  }
}

async function copy(place: StoreLocation, partial: string): Promise<void> {
  if (place.dialect === 'postgres') {
    const { exportPostgres } = await import('./backup-postgres.js');
    return exportPostgres(place, partial);
  }
  const { openDatabase } = await import('./sqlite/connection.js');
  const { storeError } = await import('./sqlite/errors.js');
  const database = openDatabase(place.path, place.location, { mode: 'read', create: false });
  try {
    await database.backup(partial, { progress: () => ALL_PAGES });
  } catch (error) {
    throw storeError(error, place.location);
  } finally {
    database.close();
  }
}

/** A copy that can't be read back is none. */
async function check(partial: string): Promise<Pick<BackupResult, 'identity' | 'runs'>> {
  const { openDatabase } = await import('./sqlite/connection.js');
  const { readIdentity } = await import('./sqlite/engine.js');
  // Opened for writing, so that all is in the file itself once it is closed.
  const database = openDatabase(partial, `sqlite:${partial}`, { mode: 'write', create: false });
  try {
    const finding = database.pragma('integrity_check(1)', { simple: true });
    if (finding !== 'ok') {
      throw new ProvenanceError(
        'STORE_CORRUPT',
        `The copy is not sound (${finding}); run \`verify\` on the store.`,
      );
    }
    const runs = database.prepare('SELECT count(*) FROM run').pluck().get() as number;
    return { identity: readIdentity(database, `sqlite:${partial}`), runs };
  } finally {
    database.close();
  }
}

function makeDurable(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
