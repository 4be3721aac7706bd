/**
 * All revisions of the schema, oldest first. A released one is never edited, only followed by another.
 * @module
 */
import { runs } from './0001-runs';
import { progress } from './0002-progress';
import { chain } from './0003-chain';
import { asked } from './0004-asked';
import type { Migration } from './migration';

export type { Dialect, Migration } from './migration';

export const MIGRATIONS: readonly Migration[] = [runs, progress, chain, asked];

/** Revision that this release writes. */
export const LATEST_REVISION = MIGRATIONS.length;
