/**
 * The origin of a value: what returned it, or what else is known about its source. [isolate-safe]
 * @module
 */
import type { Place } from './walk';

/**
 * The origin of one result, or of one part of arguments that came with its origin. Origins are compared by
 * identity, not by content.
 */
export interface Origin {
  /** Absent for this execution. */
  readonly run_id?: string;
  /** Absent if the execution returned it. */
  readonly activity_id?: string;
  readonly update_id?: string;
  /** Path of the value in what was returned; `''` if it is unknown here. */
  readonly from: string;
  /** True if another producer fits as well. */
  readonly ambiguous?: true;
  /** True if the source has no name. Then it is only known that more was passed on. */
  readonly unknown?: true;
}

/** A value with its origin: its place in what was returned. */
export type Mark = Place<Origin>;

/** The mark of a value whose sender did not know its origin, and of an object that two producers returned. */
export const UNKNOWN: Mark = { parent: undefined, key: '', depth: 0, of: { from: '', unknown: true } };

/** The mark of what was returned as a whole. */
export function rootMark(of: Origin): Mark {
  return { parent: undefined, key: '', depth: 0, of };
}
