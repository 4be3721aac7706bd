/**
 * The key for digests of withheld values. It is never in the store, so a person who has only the store cannot
 * test guesses. Node only.
 * @module
 */
import { randomBytes } from 'node:crypto';

/** The environment variable with the lab's key. */
const DIGEST_KEY_VARIABLE = 'PROVENANCE_DIGEST_KEY';

let processKey: Buffer | undefined;

/**
 * The given key, else the environment's, else a random one of this process. Digests with a random key can be
 * compared only with each other.
 */
export function digestKey(given: string | undefined): Buffer {
  const key = given ?? process.env[DIGEST_KEY_VARIABLE];
  if (key) return Buffer.from(key);
  processKey ??= randomBytes(32);
  return processKey;
}
