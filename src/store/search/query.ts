/**
 * Queries of a search. Node only.
 * @module
 */
import type { Filter } from '../../filter/filter';

/** Selects records. They are ordered newest first by the store's own order, unless the filter defines an order. */
export interface RecordQuery {
  filter?: Filter;
  /** Runs of this lab; executions with a run of this lab, and executions without any run. */
  lab?: string;
  limit: number;
  /**
   * Only records that follow this one in the requested order. This one need not pass the filter. It is given as the uid of a
   * run, or as Temporal's run id of an execution. Not allowed with an order by a memo or a search attribute.
   */
  after?: string;
}

/** Selects executions. */
export interface ExecutionQuery extends RecordQuery {
  /** If true, metadata of all descendants' runs counts too. */
  family?: boolean;
}

/** Selects runs. */
export interface RunQuery extends RecordQuery {
  /** If true, the attempts of one activity are reduced to the last one. */
  fold_attempts?: boolean;
}

/** The result of a search of runs. */
export interface FoundRuns {
  /** `seq` of the runs, in the requested order. */
  numbers: number[];
  /**
   * The number of runs that were left out because a value that the filter needs was cut, masked or withheld. Runs are counted
   * only until enough results were found.
   */
  unseen: number;
  /** True if there are more such records than `unseen` counts. */
  unseen_more?: true;
  /** First parts of short names (`result`) that were read as metadata, because runs have a metadata field of that name. */
  metadata: string[];
}
