/**
 * What is taken out of a store on purpose, and what is left in its place. Node only.
 * @module
 */
import { chainedTable } from './records';

/** What is buried: the digest that the chain has of it, and that of what stands in its place. */
export interface Burial {
  /** `start`, `stop`, `settled`, `execution`, `environment`: in the chain; or any other table. */
  what: string;
  ref: number;
  name: string;
  document_time: number | null;
  /** 32 bytes as characters (`digests.ts`). */
  digest: string;
  replacement?: string;
  reason: string;
}

/** True for a kind of document that the chain has. */
export function isChained(what: string): boolean {
  return chainedTable(what) !== undefined;
}

/** Why a run that was made of what Temporal tells is no more. */
export function replacedBy(uid: string): string {
  return `made of what Temporal told; its worker's own record came later: run ${uid}`;
}
