/**
 * What a search of a store is asked. Node only.
 * @module
 */
import type { Filter } from '../../filter/filter';

/** Which records to list. Newest first by the store's own order unless the filter says otherwise. */
export interface RecordQuery {
  filter?: Filter;
  /** Runs of this lab; executions with a run of it, and those without any run. */
  lab?: string;
  limit: number;
  /**
   * Only what comes after this record in the order asked for, whether it passes the filter or not: the uid of a run, Temporal's run
   * id of an execution. Not with an order by a memo or a search attribute.
   */
  after?: string;
}

/** Which executions to list. */
export interface ExecutionQuery extends RecordQuery {
  /** Metadata is also that of the runs of their children, however deep. */
  family?: boolean;
}

/** Which runs to list. */
export interface RunQuery extends RecordQuery {
  /** Fold the attempts of one activity into the last. */
  fold_attempts?: boolean;
}

/** What a search of runs found. */
export interface FoundRuns {
  /** `seq` of the runs, in the order asked for. */
  numbers: number[];
  /**
   * Runs that were not taken since something that the filter asks for was cut, masked or withheld there; of those that were looked
   * through until enough were found.
   */
  unseen: number;
  /** True: there are more of these than were counted. */
  unseen_more?: true;
  /** First parts of short names (`result`) that were taken as metadata, since runs have a metadata field of that name. */
  metadata: string[];
}
