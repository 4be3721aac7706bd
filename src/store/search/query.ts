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
