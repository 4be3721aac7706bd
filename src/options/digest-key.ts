/**
 * The key under which withheld values are digested. It never stands in the store: who has only the store can't try values
 * out. Node only.
 * @module
 */
import { randomBytes } from 'node:crypto';

/** Names the environment variable with the lab's key. */
const DIGEST_KEY_VARIABLE = 'PROVENANCE_DIGEST_KEY';

let processKey: Buffer | undefined;

/** The given key, else the environment's, else one of this process: its digests can then be compared with each other alone. */
export function digestKey(given: string | undefined): Buffer {
  const key = given ?? process.env[DIGEST_KEY_VARIABLE];
  if (key) return Buffer.from(key);
  processKey ??= randomBytes(32);
  return processKey;
}
