/**
 * Copies a store's content into an empty SQLite file, reads it back, and marks it. It runs in its own thread (`thread.ts`),
 * because it neither yields nor can be aborted. Node only.
 * @module
 */
import { closeSync, fsyncSync, openSync, statSync } from 'node:fs';
import { ProvenanceError } from '../../errors';
import { type StoreIdentity, stateAfterRestore } from '../../store/identity';
import type { StoreLocation } from '../../store/place/location';
import type { Database } from '../../store/sqlite/connection/connection';

/** `copy`: it gets a new identity at its first write. `restored`: it replaces the lost original and keeps its identity. */
export type CopyKind = 'copy' | 'restored';

/** The source and the target of a copy. */
export interface CopyJob {
  place: StoreLocation;
  /** An empty file. */
  partial: string;
  kind: CopyKind;
}

/** The result of a copy. */
export interface CopyResult {
  identity: StoreIdentity;
  runs: number;
}

/** Copies all pages in one step. A copy in several steps would start again with each commit of another process. */
const ALL_PAGES = 0x7fffffff;
/** @throws (rejects) as `openStore`; STORE_CORRUPT for a copy that can't be read back */
export async function makeCopy({ place, partial, kind }: CopyJob): Promise<CopyResult> {
  const time = Date.now() / 1000;
  await copy(place, partial);
  const { closeAtRest, openDatabase } = await import('../../store/sqlite/connection/connection.js');
  const { readIdentity } = await import('../../store/sqlite/identity/identity.js');
  // The copy is opened for writing, so that the file itself contains everything once it is closed.
  const database = openDatabase(partial, `sqlite:${partial}`, { mode: 'write', create: false });
  let result: CopyResult;
  try {
    checkSound(database);
    if (kind === 'copy') markCopy(database, time);
    else await markRestored(database, partial, lostSince(place, time));
    const runs = database.prepare('SELECT count(*) FROM run').pluck().get() as number;
    result = { identity: readIdentity(database, `sqlite:${partial}`), runs };
  } finally {
    closeAtRest(database);
  }
  makeDurable(partial);
  return result;
}

async function copy(place: StoreLocation, partial: string): Promise<void> {
  if (place.dialect === 'postgres') {
    const { exportPostgres } = await import('./postgres.js');
    return exportPostgres(place, partial);
  }
  const { openDatabase } = await import('../../store/sqlite/connection/connection.js');
  const { storeError } = await import('../../store/sqlite/connection/errors.js');
  const database = openDatabase(place.path, place.location, { mode: 'read', create: false });
  try {
    await database.backup(partial, { progress: () => ALL_PAGES });
  } catch (error) {
    throw storeError(error, place.location);
  } finally {
    database.close();
  }
}

/** Throws if the copy can't be read back. */
function checkSound(database: Database): void {
  const finding = database.pragma('integrity_check(1)', { simple: true });
  if (finding === 'ok') return;
  throw new ProvenanceError(
    'STORE_CORRUPT',
    `The copy is damaged (${finding}); run \`verify\` on the store.`,
  );
}

/** A copy of a copy is as old as the first copy. */
function markCopy(database: Database, time: number): void {
  // A trigger gives it an identity at its first write: docs/design/store.md#copies-and-moves.
  database.prepare('UPDATE storage SET copied_time = coalesce(copied_time, ?), moved = NULL').run(time);
}

async function markRestored(database: Database, path: string, since: number): Promise<void> {
  const { notePlace } = await import('../../store/sqlite/identity/state.js');
  const { storage_id, state_id, copied_time } = database.prepare('SELECT * FROM storage').get() as {
    storage_id: string;
    state_id: number;
    copied_time: number | null;
  };
  const next = stateAfterRestore(state_id, copied_time ?? since);
  // This comes first, because a moved store refuses another state.
  database.prepare('UPDATE storage SET copied_time = NULL, moved = NULL').run();
  database.prepare('UPDATE storage SET state_id = ?').run(next);
  notePlace(database, { storage_id, state_id: next + 1, path, how: 'restored' });
}

/** An unmarked copy is no older than its file. */
function lostSince(place: StoreLocation, now: number): number {
  return place.dialect === 'sqlite' ? statSync(place.path).mtimeMs / 1000 : now;
}

/** Waits until the file is on the disk. */
export function makeDurable(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
