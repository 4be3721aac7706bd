/**
 * Contents that are kept once under their digest. Node only.
 * @module
 */
import { ProvenanceError } from '../errors';
import type { Scope } from './scope';

/**
 * Returns a content (a patch, a package list, a code file) by its digest (`sha256:<hex>`).
 * @throws (rejects) ProvenanceError NOT_FOUND
 */
export async function contentOf(
  { store }: Scope,
  digest: string,
): Promise<{ media_type: string; bytes: Uint8Array }> {
  const blob = await store.blob(digest);
  if (!blob) throw new ProvenanceError('NOT_FOUND', `No content ${digest} in ${store.location}.`);
  return blob;
}
