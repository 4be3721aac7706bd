/**
 * The answers of the store's thread to a group: one array with an element per record. Node only.
 * @module
 */

import type { StashSnapshot } from '../../interface/stash-changes';
import { RUN_MISSING, type WriteAnswer } from '../../interface/written';

/** `[seq, scan_id, state_id, retry_of]`, a code, the moved stash, or the reason for rejecting this record. */
export type RowAnswer =
  | readonly [seq: number, scan_id: number | null, state_id: number, retry_of: string | null]
  | typeof DONE
  | typeof CLOSED
  | typeof NO_RUN
  | StashSnapshot
  | string;

/** The id of the store that wrote the group, and an answer per record. The id changes if the file was replaced. */
export type GroupAnswer = readonly [storage_id: string, answers: RowAnswer[]];

/** The record is in the store. */
export const DONE = 0;
/** The record came too late. The final state differs and stays unchanged. */
export const CLOSED = 1;
/** The run of the record is missing. */
export const NO_RUN = 2;

/** Converts a row's answer to the form of the store's interface. */
export function toAnswer(answer: RowAnswer, storage_id: string): WriteAnswer {
  if (answer === DONE) return { kind: 'done' };
  if (answer === CLOSED) return { kind: 'closed' };
  if (answer === NO_RUN) return RUN_MISSING;
  if (typeof answer === 'string') return { kind: 'rejected', reason: answer };
  if ('lab' in answer) return { kind: 'stash-moved', stash: answer };
  const [seq, scan_id, state_id, retry_of] = answer;
  return { kind: 'opened', seq, scan_id, state_id, retry_of, storage_id };
}
