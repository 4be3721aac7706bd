/**
 * Who wrote and who used a version of some data, and when. [isolate-safe]
 * @module
 */
import type { Node } from './links';

/** The facts of a run that links of data need. */
export interface Worker {
  node: Node;
  uid: string;
  /** Identifies the activity: equal for all its attempts. */
  activity: string;
}

/** A run that wrote a version of some data. */
export interface Writing {
  by: Worker;
  version: Node;
  /** The name of the data: a number of the store. */
  artifact: number;
  /** When it had been written, UNIX seconds. */
  time: number;
  /** True if a signature or digest distinguishes the version from others. */
  known: boolean;
  /** True if the run used the same bytes: then it copied them and did not produce them. */
  copied?: boolean;
}

/** A run's use of some data. */
export interface Use {
  /**
   * The version with this signature or digest. If the use has neither, the node stands for an unknown version.
   */
  version: Node;
  artifact: number;
  /** Bits of `EVIDENCE`. */
  evidence: number;
  /** UNIX seconds. */
  time: number;
  known: boolean;
  /** JSON paths at which its name is. */
  paths: readonly string[];
}

/** True if `one` was written after `other`. */
export function isLater(one: Writing, other: Writing): boolean {
  return one.time > other.time || (one.time === other.time && one.by.uid > other.by.uid);
}
