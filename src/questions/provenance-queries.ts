/**
 * The queries of programs about an open store. Node only.
 * @module
 */

import type { SearchReport } from './lists/search-report';

/** Selects the store and the lab. */
export interface ProvenanceOptions {
  /**
   * URL of the store: `sqlite:<path>` or `postgres://<host>/<database>`. @defaultValue `PROVENANCE_STORE`, else
   * that of the config file, else `sqlite:provenance.db`
   */
  store?: string;
  /**
   * Lab for scan ids and the stash, and the filter of lists. @defaultValue `PROVENANCE_LAB`, else that of the
   * config file; without any, lists show all labs
   */
  lab?: string;
}

/**
 * Names a run: by scan id, by uid, by a unique beginning or end of a uid (6 characters or more), or by counting
 * back (`-1`).
 */
export type RunReference = string | number;

/** The labs of one query. */
interface OfLab {
  /** One lab, or `null` for all. @defaultValue the lab that was opened */
  lab?: string | null;
}

/** Which runs. */
export interface RunsQuery extends OfLab {
  /** A filter, as in `list --where`: `operator = 'Ada' AND time > '2026-11-01'`. @defaultValue all runs */
  where?: string;
  /** @defaultValue all */
  limit?: number;
  /**
   * `true`: every attempt is returned. `false`: those of one activity are folded into the last that passes the
   * filter. @defaultValue true
   */
  attempts?: boolean;
  /** uid of a run: returns only what follows it in the order of the answer. @defaultValue from the beginning */
  after?: string;
  /**
   * Pass an empty object to get a report of what the search could not examine. It is filled before the first
   * run is returned.
   */
  report?: SearchReport;
}

/** Which executions. */
export interface ExecutionsQuery extends OfLab {
  /**
   * A filter, as in `list --executions --where`: by their own fields and the metadata of their runs.
   * @defaultValue all executions
   */
  where?: string;
  /** True if metadata of runs of their children, at every depth, also counts. @defaultValue false */
  family?: boolean;
  /** @defaultValue all */
  limit?: number;
  /**
   * Temporal's run id of an execution: returns only what follows it in the order of the answer. @defaultValue
   * from the beginning
   */
  after?: string;
}

/** Selects log lines. */
export interface LogQuery extends OfLab {
  /** A run, or an execution with its activities. @defaultValue all */
  ref?: string | number;
  /** A text in the message or the attributes. The case of ASCII letters is ignored. @defaultValue any */
  text?: string;
  /** Levels in capitals: `['WARN', 'ERROR']`. @defaultValue all */
  levels?: readonly string[];
  /** UNIX seconds. */
  since?: number;
  /** At most this many, the newest. @defaultValue 200 */
  limit?: number;
}

/** Selects refused activities. */
export interface RefusalsQuery extends OfLab {
  /** At most this many, the last refused. @defaultValue 1000 */
  limit?: number;
}

/** Selects worker sessions. */
export interface SessionsQuery {
  /** At most this many, the last to begin. @defaultValue 50 */
  limit?: number;
  /** True to sum up the resources that the runs of each session used. @defaultValue false */
  resources?: boolean;
}

/** Selects the runs to count, and the fields to count by. */
export interface CountQuery extends OfLab {
  /** A filter, as in `list --where`. @defaultValue all runs */
  where?: string;
  /** Fields, and `day`, `week`, `month` or `year` of the opening (UTC). @defaultValue one total count */
  by?: readonly string[];
  /** As in {@link RunsQuery}. */
  report?: SearchReport;
}
