/**
 * Classifies errors of the store: the store is unavailable, only a person can correct it, or the written record is faulty. Node
 * only.
 * @module
 */
import { ProvenanceError, type ProvenanceErrorCode } from '../errors';

/** Faults of a written record or a query. */
const FAULTS: readonly ProvenanceErrorCode[] = ['METADATA_INVALID', 'NOT_FOUND', 'EXPORT_INVALID'];

/** The store refuses the role or the request, belongs to a later release, or was moved. */
const REFUSALS: readonly ProvenanceErrorCode[] = ['STORE_REFUSED', 'STORE_SCHEMA_NEWER', 'STORE_MOVED'];

/** True for errors of the store or its connection, not of the written record. */
export function isStoreAway(error: unknown): boolean {
  if (ProvenanceError.is(error)) return !FAULTS.includes(error.code);
  return error instanceof Error && 'syscall' in error;
}

/** True if the store refuses this worker permanently. Only a person can correct that. */
export function isRefusal(error: unknown): boolean {
  return ProvenanceError.is(error) && REFUSALS.includes(error.code);
}
