/**
 * Reads the identity and the places of a SQLite store. Node only.
 * This folder owns the identity of a SQLite store: its id, revision and next state. Writers, upkeep and backups use it before
 * they write.
 * @module
 */
import { statSync } from 'node:fs';
import { ProvenanceError } from '../../../errors';
import type { MovedStore, StoreIdentity, StorePlace, StoreVersion } from '../../identity';
import type { Database } from '../connection/connection';
import { checkRevision } from './migrate';

interface StorageRow extends StoreVersion {
  created_time: number;
  creator: string;
  copied_time: number | null;
  moved: string | null;
}

/** @throws STORE_UNREACHABLE for a file that contains no store. */
export function readIdentity(db: Database, location: string): StoreIdentity {
  const schema_version = checkRevision(db, location);
  if (schema_version === 0) {
    throw new ProvenanceError(
      'STORE_UNREACHABLE',
      `The store ${location} is empty; nothing was recorded yet.`,
    );
  }
  const { storage_id, state_id, created_time, creator, copied_time, moved } = db
    .prepare('SELECT * FROM storage')
    .get() as StorageRow;
  const forked_from = lastOrigin(db);
  return {
    storage_id,
    state_id,
    created_time,
    schema_version,
    creator: JSON.parse(creator),
    ...(forked_from && { forked_from }),
    ...(copied_time !== null && { copied_time }),
    ...(moved !== null && { moved_to: JSON.parse(moved) as MovedStore }),
  };
}

function lastOrigin(db: Database): StoreVersion | undefined {
  const statement = db.prepare('SELECT storage_id, state_id FROM origin ORDER BY state_id DESC LIMIT 1');
  return statement.get() as StoreVersion | undefined;
}

/** Returns the places at which the store was written under its identity, in the order of first use. */
export function readPlaces(db: Database, location: string): StorePlace[] {
  checkRevision(db, location);
  return db
    .prepare(
      `SELECT file, host, path, state_id, time, how FROM place
       WHERE storage_id = (SELECT storage_id FROM storage) ORDER BY id`,
    )
    .all() as StorePlace[];
}

/**
 * Returns a file's inode and time of birth. A new name or a restart changes neither, but a copy does. Undefined if there is no
 * file.
 */
export function fileIdentity(path: string): string | undefined {
  const file = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (!file) return undefined;
  const { ino, birthtimeNs, ctimeNs } = file;
  // If a disk records no time of birth, the system reports the last change instead, or nothing.
  const known = birthtimeNs > 0n && birthtimeNs !== ctimeNs;
  return known ? `${ino}@${birthtimeNs}` : String(ino);
}

/** @throws STORE_MOVED */
export function refuseMoved({ moved_to }: StoreIdentity, location: string): void {
  if (!moved_to) return;
  const day = new Date(moved_to.time * 1000).toISOString().slice(0, 10);
  throw new ProvenanceError(
    'STORE_MOVED',
    `The store ${location} was moved to ${moved_to.location} on ${day} and accepts no more records: set this URL in workers and PROVENANCE_STORE.`,
  );
}
