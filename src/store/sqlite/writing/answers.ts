/**
 * What comes back from the store's thread for a group: one array, an element per record. Node only.
 * @module
 */

import type { StashSnapshot } from '../../interface/stash-changes';
import { RUN_MISSING, type WriteAnswer } from '../../interface/written';

/** `[seq, scan_id, state_id, retry_of]`, or a code, or the moved stash, or why this record is rejected. */
export type RowAnswer =
  | readonly [seq: number, scan_id: number | null, state_id: number, retry_of: string | null]
  | typeof DONE
  | typeof CLOSED
  | typeof NO_RUN
  | StashSnapshot
  | string;

/** The store that took the group, which is another one when the file was replaced, and an answer per record. */
export type GroupAnswer = readonly [storage_id: string, answers: RowAnswer[]];

/** The record is in the store. */
export const DONE = 0;
/** The record came too late: what is final says otherwise, and stays. */
export const CLOSED = 1;
/** The run that the record is of is not there. */
export const NO_RUN = 2;

/** A row's answer in the words of the store's interface. */
export function toAnswer(answer: RowAnswer, storage_id: string): WriteAnswer {
  if (answer === DONE) return { kind: 'done' };
  if (answer === CLOSED) return { kind: 'closed' };
  if (answer === NO_RUN) return RUN_MISSING;
  if (typeof answer === 'string') return { kind: 'rejected', reason: answer };
  if ('lab' in answer) return { kind: 'stash-moved', stash: answer };
  const [seq, scan_id, state_id, retry_of] = answer;
  return { kind: 'opened', seq, scan_id, state_id, retry_of, storage_id };
}
