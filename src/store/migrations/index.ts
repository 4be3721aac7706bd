/**
 * All revisions of the schema, oldest first. A released revision is never edited; changes go into the next one.
 * @module
 */
import { ProvenanceError } from '../../errors';
import { first } from './0001-first';
import type { Migration } from './migration';

export type { Dialect, Migration } from './migration';

/** All revisions. Revision n is at index n − 1. */
export const MIGRATIONS: readonly Migration[] = [first];

/** The revision that this release writes. */
export const LATEST_REVISION = MIGRATIONS.length;

/** Warns once that a store was upgraded. The process that upgraded it calls this. */
export function announceUpgrade(location: string, revision: number): void {
  process.emitWarning(
    `temporal-provenance migrated the store ${location} from schema revision ${revision} to ${LATEST_REVISION}.`,
    { type: 'ProvenanceWarning', code: 'PROVENANCE_STORE_UPGRADED' },
  );
}

/**
 * Refuses a store that was created before the first release, because its revisions were different.
 * @param name of the store's revision 1
 * @throws STORE_URL_INVALID
 */
export function refuseUnreleased(location: string, name: string | undefined): void {
  // See docs/decisions/0017.
  if (name === MIGRATIONS[0]!.name) return;
  throw new ProvenanceError(
    'STORE_URL_INVALID',
    `The store ${location} was created by a build from before the first release of temporal-provenance, and no release can read its schema. ` +
      'Move it elsewhere or set another store; workers then create a new one. Only the build that created it can read it.',
  );
}
