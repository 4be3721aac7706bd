/**
 * Opens SQLite database files. Only this file loads the driver. Node only.
 * This folder owns an open SQLite file: the driver, opening, reading without side effects, and its errors. All other code for
 * this database uses it.
 * @module
 */
import { accessSync, closeSync, constants, existsSync, openSync, type Stats, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { ProvenanceError } from '../../../errors';
import { storeError } from './errors';
import { readableFile, unreadable } from './reading';

/** An open SQLite file. */
export type Database = BetterSqlite3.Database;
/** A prepared statement. */
export type Statement = BetterSqlite3.Statement<unknown[], unknown>;

/** The longest wait of a writer for another process's transaction. */
export const BUSY_TIMEOUT_MS = 10_000;
const READ_BUSY_TIMEOUT_MS = 2_000;
const CLOSING_BUSY_TIMEOUT_MS = 200;
/** The log grows while a reader prevents that it is emptied. Afterwards it is cut back to this size. */
const LOG_BYTES = 64 * 1024 * 1024;
/** `synchronous = FULL`: a commit is on the disk when it returns. */
const FULL = 2;

interface OpenOptions {
  mode: 'read' | 'write';
  /** Creates the file if it is missing. */
  create: boolean;
}

/**
 * Opens `path`. For writing, it uses WAL mode with full durability.
 * @throws STORE_UNREACHABLE, STORE_CORRUPT, STORE_BUSY, NATIVE_MISSING
 */
export function openDatabase(path: string, location: string, options: OpenOptions): Database {
  const create = options.mode === 'write' && options.create;
  checkFile(path, location, create);
  if (options.mode === 'write') checkWritable(path, location);
  let db: Database | undefined;
  try {
    const Driver: typeof BetterSqlite3 = createRequire(__filename)('better-sqlite3');
    if (options.mode === 'read') return openReadable(Driver, path, location);
    if (create) closeSync(openSync(path, 'a', 0o600));
    db = new Driver(path, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    makeDurable(db);
    db.prepare('SELECT count(*) FROM sqlite_master').get();
    return db;
  } catch (error) {
    db?.close();
    throw storeError(error, location);
  }
}

function openReadable(Driver: typeof BetterSqlite3, path: string, location: string): Database {
  const file = readableFile(path, location);
  let db: Database | undefined;
  try {
    db = new Driver(file.path, { readonly: true, fileMustExist: true, timeout: READ_BUSY_TIMEOUT_MS });
    db.pragma('query_only = 1');
    db.prepare('SELECT count(*) FROM sqlite_master').get();
    return db;
  } catch (error) {
    db?.close();
    throw error;
  } finally {
    file.release();
  }
}

/**
 * Closes a handle that wrote. The log is moved into the database file, so readers need only this file. If other processes have
 * the store open, the log stays for the last of them.
 */
export function closeAtRest(db: Database): void {
  try {
    db.pragma(`busy_timeout = ${CLOSING_BUSY_TIMEOUT_MS}`);
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.pragma('busy_timeout = 0');
    // A store at rest is one file: docs/design/store.md#sqlite.
    db.pragma('journal_mode = DELETE');
  } catch (error) {
    if (!isBusy(error)) throw error;
  } finally {
    db.close();
  }
}

/** Closes a handle that wrote, after emptying its log as far as possible. */
export function closeInHaste(db: Database): void {
  try {
    db.pragma(`busy_timeout = ${CLOSING_BUSY_TIMEOUT_MS}`);
    db.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
}

function isBusy(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');
}

function checkFile(path: string, location: string, create: boolean): void {
  const file = fileAt(path, location);
  const unreachable = (words: string) =>
    new ProvenanceError('STORE_UNREACHABLE', `The store ${location} ${words}.`);
  if (file?.isDirectory()) throw unreachable('is a folder; name a file in it');
  if (file) return;
  if (!statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory()) {
    throw unreachable('lies in a folder that does not exist; create it first');
  }
  if (!create) throw unreachable('does not exist; a worker with the plugin creates it, or set another');
}

/**
 * This is checked before the file is opened: a handle that turns out not to be writable could leave a log of this user next to
 * it.
 */
function checkWritable(path: string, location: string): void {
  try {
    if (existsSync(path)) accessSync(path, constants.W_OK);
  } catch (error) {
    throw storeError(error, location);
  }
}

function fileAt(path: string, location: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw unreadable(path, location, error);
  }
}

function makeDurable(db: Database): void {
  setWriteAheadLog(db);
  db.pragma(`synchronous = ${FULL}`);
  db.pragma(`journal_size_limit = ${LOG_BYTES}`);
  db.pragma('foreign_keys = 1');
  db.pragma('cache_size = -8000');
  db.pragma('temp_store = 2');
  // A new handle reports 2 until it has accessed the file. The value is therefore valid only after a read.
  db.prepare('SELECT count(*) FROM sqlite_master').get();
  if (db.pragma('synchronous', { simple: true }) !== FULL) {
    throw new ProvenanceError('STORE_UNREACHABLE', 'This SQLite does not accept synchronous = FULL.');
  }
}

/** `journal_mode = WAL` ignores the busy timeout, so this function waits instead. */
function setWriteAheadLog(db: Database): void {
  const deadline = performance.now() + BUSY_TIMEOUT_MS;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      if (db.pragma('journal_mode = WAL', { simple: true }) === 'wal') return;
      throw new ProvenanceError('STORE_UNREACHABLE', 'The disk under the store allows no write-ahead log.');
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
      Atomics.wait(pause, 0, 0, 2 + Math.random() * 20);
    }
  }
}
