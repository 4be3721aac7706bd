/**
 * The error of a store URL that cannot be used. Its text never holds the URL itself, which may hold a password. [isolate-safe]
 * @module
 */
import { ProvenanceError } from '../../errors';

/** @param why what is wrong and, where there is a cure, the cure; without a full stop. */
export function urlError(why: string, cause?: unknown): ProvenanceError {
  return new ProvenanceError('STORE_URL_INVALID', `The store URL is not usable: ${why}.`, { cause });
}
