/**
 * What an error of the store says: that the store takes nothing now, that only a person can mend it, or that what was
 * written is at fault. Node only.
 * @module
 */
import { ProvenanceError, type ProvenanceErrorCode } from '../errors';

/** Faults of what was written or asked. */
const FAULTS: readonly ProvenanceErrorCode[] = ['METADATA_INVALID', 'NOT_FOUND', 'EXPORT_INVALID'];

/** A store that refuses who asks, or how; one of a later release; one that is elsewhere now. */
const REFUSALS: readonly ProvenanceErrorCode[] = ['STORE_REFUSED', 'STORE_SCHEMA_NEWER', 'STORE_MOVED'];

/** True for errors that say something of the store or the way to it, not of what was written. */
export function isStoreAway(error: unknown): boolean {
  if (ProvenanceError.is(error)) return !FAULTS.includes(error.code);
  return error instanceof Error && 'syscall' in error;
}

/** True for a store that takes nothing from this worker as it is: only a person can mend that. */
export function isRefusal(error: unknown): boolean {
  return ProvenanceError.is(error) && REFUSALS.includes(error.code);
}
