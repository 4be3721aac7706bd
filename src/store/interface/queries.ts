/**
 * Queries of a store and short answers. Node only.
 * @module
 */
import type { Filter } from '../../filter/filter';
import type { Environment } from '../../model/environment';
import type { GroupKey } from '../read/counting/grouping';

/** Selects the runs to count and the fields by which they are grouped. */
export interface GroupQuery {
  filter?: Filter;
  lab?: string;
  keys: GroupKey[];
  /** Numbers of runs that a search has found. Replaces filter and lab. */
  numbers?: readonly number[];
}

/** The disk space of a table. */
export interface TableSize {
  name: string;
  size_bytes: number;
}

/**
 * A way to name a run: uid, unique prefix or suffix of a uid, scan id (newest era first), or a count back from the newest
 * numbered run.
 */
export type RunReference =
  | { by: 'uid'; uid: string }
  | { by: 'uid-part'; part: string }
  | { by: 'scan-id'; lab: string; scan_id: number }
  | { by: 'newest'; lab: string; back: number };

/** An environment with the number of its runs, and when the first and the last of them opened (UNIX seconds). */
export interface UsedEnvironment {
  environment: Environment;
  runs: number;
  first_time: number;
  last_time: number;
}
