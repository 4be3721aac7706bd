/**
 * All revisions of the schema, oldest first. A released one is never edited, only followed by another.
 * @module
 */
import { runs } from './0001-runs';
import type { Migration } from './migration';

export type { Dialect, Migration } from './migration';

export const MIGRATIONS: readonly Migration[] = [runs];

/** Revision that this release writes. */
export const LATEST_REVISION = MIGRATIONS.length;
