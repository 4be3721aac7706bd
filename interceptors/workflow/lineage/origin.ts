/**
 * What returned a value, or whatever else is known of where it comes from. [isolate-safe]
 * @module
 */
import type { Place } from './walk';

/** Of one result, or of one part of arguments that came with its origin. Compared as an object: equal ones are not the same. */
export interface Origin {
  /** Absent: this execution. */
  readonly run_id?: string;
  /** Absent: what the execution returned. */
  readonly activity_id?: string;
  readonly update_id?: string;
  /** Path of the value in what was returned; `''`: not known here. */
  readonly from: string;
  /** Another producer fits as well. */
  readonly ambiguous?: true;
  /** It comes from something that is not named: all that can be said is that more was passed on. */
  readonly unknown?: true;
}

/** A value with its origin: where it stood in what was returned. */
export type Mark = Place<Origin>;

/** Something came in that its sender could not tell the origin of; or two returned one and the same object. */
export const UNKNOWN: Mark = { parent: undefined, key: '', depth: 0, of: { from: '', unknown: true } };

/** The mark of what was returned as a whole. */
export function rootMark(of: Origin): Mark {
  return { parent: undefined, key: '', depth: 0, of };
}
