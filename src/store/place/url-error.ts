/**
 * The error of an unusable store URL. Its text never contains the URL, which may contain a password. [isolate-safe]
 * @module
 */
import { ProvenanceError } from '../../errors';

/** @param why the fault and, if there is one, the remedy; without a full stop. */
export function urlError(why: string, cause?: unknown): ProvenanceError {
  return new ProvenanceError('STORE_URL_INVALID', `The store URL is not usable: ${why}.`, { cause });
}
