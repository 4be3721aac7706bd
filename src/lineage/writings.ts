/**
 * Who wrote and who used a version of some data, and when. [isolate-safe]
 * @module
 */
import type { Node } from './links';

/** A run, as far as links of data need it. */
export interface Worker {
  node: Node;
  uid: string;
  /** The same for all attempts of one activity. */
  activity: string;
}

/** A run that wrote a version of some data. */
export interface Writing {
  by: Worker;
  version: Node;
  /** Which name of data: a number of the store. */
  artifact: number;
  /** When it had been written, UNIX seconds. */
  time: number;
  /** A signature or digest tells the version from others. */
  known: boolean;
  /** The run was given the same bytes: it copied them, and made none. */
  copied?: boolean;
}

/** A run's use of some data. */
export interface Use {
  /** The version by its signature or digest; without these, the one that says that nothing is known of it. */
  version: Node;
  artifact: number;
  /** Bits of `EVIDENCE`. */
  evidence: number;
  /** UNIX seconds. */
  time: number;
  known: boolean;
  /** JSON paths at which its name stands. */
  paths: readonly string[];
}

/** True where `one` was written after `other`. */
export function isLater(one: Writing, other: Writing): boolean {
  return one.time > other.time || (one.time === other.time && one.by.uid > other.by.uid);
}
