/**
 * All revisions of the schema, oldest first. A released one is never edited, only followed by another.
 * @module
 */
import { runs } from './0001-runs';
import { progress } from './0002-progress';
import { chain } from './0003-chain';
import { asked } from './0004-asked';
import { outcomes } from './0005-outcomes';
import { sharedScans } from './0006-shared-scans';
import { evidence } from './0007-evidence';
import { copies } from './0008-copies';
import { made } from './0009-made';
import type { Migration } from './migration';

export type { Dialect, Migration } from './migration';
export { asked, chain, copies, outcomes, progress, sharedScans };

export const MIGRATIONS: readonly Migration[] = [
  runs,
  progress,
  chain,
  asked,
  outcomes,
  sharedScans,
  evidence,
  copies,
  made,
];

/** Revision that this release writes. */
export const LATEST_REVISION = MIGRATIONS.length;

/** Said once, by the process that did it. */
export function announceUpgrade(location: string, revision: number): void {
  process.emitWarning(
    `temporal-provenance brought the store ${location} from schema revision ${revision} to ${LATEST_REVISION}.`,
    { type: 'ProvenanceWarning', code: 'PROVENANCE_STORE_UPGRADED' },
  );
}
