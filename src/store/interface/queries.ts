/**
 * What is asked of a store, and short answers. Node only.
 * @module
 */
import type { Filter } from '../../filter/filter';
import type { Environment } from '../../model/environment';
import type { GroupKey } from '../read/counting/grouping';

/** Which runs are counted, and by what. */
export interface GroupQuery {
  filter?: Filter;
  lab?: string;
  keys: GroupKey[];
  /** Those that a search has found already, in place of filter and lab. */
  numbers?: readonly number[];
}

/** What a table takes on the disk. */
export interface TableSize {
  name: string;
  size_bytes: number;
}

/** Runs by name: uid, unique prefix or suffix of a uid, scan id (newest era first), or counting back from the newest numbered one. */
export type RunReference =
  | { by: 'uid'; uid: string }
  | { by: 'uid-part'; part: string }
  | { by: 'scan-id'; lab: string; scan_id: number }
  | { by: 'newest'; lab: string; back: number };

/** An environment with how many runs it has, and when the first and the last of them opened (UNIX seconds). */
export interface UsedEnvironment {
  environment: Environment;
  runs: number;
  first_time: number;
  last_time: number;
}
