/**
 * All revisions of the schema, oldest first. A released one is never edited, only followed by another.
 * @module
 */
import { ProvenanceError } from '../../errors';
import { first } from './0001-first';
import type { Migration } from './migration';

export type { Dialect, Migration } from './migration';

/** The revisions; the one at index n − 1 is revision n. */
export const MIGRATIONS: readonly Migration[] = [first];

/** Revision that this release writes. */
export const LATEST_REVISION = MIGRATIONS.length;

/** Warns that a store was brought up; called by the process that did it, once. */
export function announceUpgrade(location: string, revision: number): void {
  process.emitWarning(
    `temporal-provenance brought the store ${location} from schema revision ${revision} to ${LATEST_REVISION}.`,
    { type: 'ProvenanceWarning', code: 'PROVENANCE_STORE_UPGRADED' },
  );
}

/**
 * Refuses a store that a build from before the first release made: its revisions were others.
 * @param name of the store's revision 1
 * @throws STORE_URL_INVALID
 */
export function refuseUnreleased(location: string, name: string | undefined): void {
  if (name === MIGRATIONS[0]!.name) return;
  throw new ProvenanceError(
    'STORE_URL_INVALID',
    `The store ${location} was made by a build from before the first release of temporal-provenance, whose schema no release reads. ` +
      'Move it elsewhere or name another one, and workers make a new store; only the build that made it reads it.',
  );
}
