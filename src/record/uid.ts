/**
 * uids of records: UUID v7 by `uuid`, with random bytes drawn in bulk. Node only.
 * @module
 */
import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const BYTES_PER_UID = 16;
const pool = new Uint8Array(BYTES_PER_UID * 256);
let used = pool.length;

/** Returns the random bytes of one uid. A system call per uid would cost several times as much as all the rest. */
function rng(): Uint8Array {
  if (used === pool.length) {
    // See docs/design/recording.md#uids.
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES_PER_UID;
  return pool.subarray(used - BYTES_PER_UID, used);
}

const BULK = { rng };

/** Returns a new uid: 48 bits of UNIX milliseconds (`now`, default: the clock's), then 74 random bits. */
export function newUid(now?: number): string {
  return v7(now === undefined ? BULK : { rng, msecs: now });
}
