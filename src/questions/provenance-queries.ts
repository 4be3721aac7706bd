/**
 * What programs ask of an open store. Node only.
 * @module
 */

import type { SearchReport } from './lists/search-report';

/** Which store, and which lab. */
export interface ProvenanceOptions {
  /** `sqlite:<path>` or `postgres://<host>/<database>`. @defaultValue `PROVENANCE_STORE`, else that of the config file, else `sqlite:provenance.db` */
  store?: string;
  /** Lab whose scan ids and stash are meant, and that lists keep to. @defaultValue `PROVENANCE_LAB`, else that of the config file; without any, lists show all labs */
  lab?: string;
}

/** A run by scan id, uid, a unique beginning or end of a uid (6 characters or more), or counting back (`-1`). */
export type RunReference = string | number;

/** The labs of one question. */
interface OfLab {
  /** One lab, or `null` for all. @defaultValue the lab that was opened */
  lab?: string | null;
}

/** Which runs. */
export interface RunsQuery extends OfLab {
  /** Filter, as of `list --where`: `operator = 'Ada' AND time > '2026-11-01'`. */
  where?: string;
  /** @defaultValue all */
  limit?: number;
  /** Every attempt; `false`: those of one activity are folded into the last that passes the filter. @defaultValue true */
  attempts?: boolean;
  /** uid of a run: only what comes after it in the order of the answer. */
  after?: string;
  /** An empty object, in which the search says what it could not look into; filled before the first run is given. */
  report?: SearchReport;
}

/** Which executions. */
export interface ExecutionsQuery extends OfLab {
  /** Filter, as of `list --executions --where`: by their own fields and the metadata of their runs. */
  where?: string;
  /** Metadata is also that of the runs of their children, however deep. @defaultValue false */
  family?: boolean;
  /** @defaultValue all */
  limit?: number;
  /** Temporal's run id of an execution: only what comes after it in the order of the answer. */
  after?: string;
}

/** Which logged lines. */
export interface LogQuery extends OfLab {
  /** A run, or an execution with its activities. @defaultValue all */
  ref?: string | number;
  /** Text in the message or the attributes; ASCII letters match in either case. */
  text?: string;
  /** Levels in capitals: `['WARN', 'ERROR']`. @defaultValue all */
  levels?: readonly string[];
  /** UNIX seconds. */
  since?: number;
  /** At most so many, the newest. @defaultValue 200 */
  limit?: number;
}

/** Which refused activities. */
export interface RefusalsQuery extends OfLab {
  /** At most so many, the last refused. @defaultValue 1000 */
  limit?: number;
}

/** Which worker sessions. */
export interface SessionsQuery {
  /** At most so many, the last to begin. @defaultValue 50 */
  limit?: number;
  /** Whether the runs of each session are read for what they used. @defaultValue false */
  resources?: boolean;
}

/** Which runs are counted, and by what. */
export interface CountQuery extends OfLab {
  /** Filter, as of `list --where`. */
  where?: string;
  /** Fields, and `day`, `week`, `month` or `year` of the opening (UTC). @defaultValue all together */
  by?: readonly string[];
  /** As of {@link RunsQuery}. */
  report?: SearchReport;
}
