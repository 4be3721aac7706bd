/**
 * Deletions on purpose and the tombstones that they leave. Node only.
 * @module
 */
import { chainedTable } from './records';

/** A deletion: the digest of the deleted document in the chain, and that of its replacement. */
export interface Tombstone {
  /** `start`, `stop`, `settled`, `execution`, `environment` (in the chain), or any other table. */
  what: string;
  ref: number;
  name: string;
  document_time: number | null;
  /** 32 bytes as characters (`digests.ts`). */
  digest: string;
  replacement?: string;
  reason: string;
}

/** True for a kind of document that is in the chain. */
export function isChained(what: string): boolean {
  return chainedTable(what) !== undefined;
}

/** Returns the reason for deleting a reconstructed run. */
export function replacedBy(uid: string): string {
  return `reconstructed from Temporal; the worker's own record arrived later: run ${uid}`;
}
