/**
 * The activities that the product's own workflows use. Only types and names, so that workflows can make proxies
 * of them. [isolate-safe]
 * @module
 */

import type { BackfillCounts, ReconcileCounts, ReconcileCursor } from '../src/settlement/counts';
import type { PruneCounts } from '../src/upkeep/prune-counts';

interface ReconcilePageInput {
  after?: ReconcileCursor;
  page_size: number;
  /** UNIX seconds. Runs opened later are skipped: their workers settle them. */
  opened_before: number;
}

interface BackfillPageInput {
  /** The visibility query that selects the executions. */
  query: string;
  page_size: number;
  /** Start of the page: the token that the previous page returned. */
  token?: string;
}

/** Input of one page of a prune. */
export interface PrunePageInput {
  /** UNIX seconds. Younger runs are kept. */
  before: number;
  /** A filter, in the syntax of `list --where`. */
  where?: string;
  page_size: number;
  /** The reason, kept with the tombstones. */
  reason: string;
  /** Start of the page: the cursor that the previous page returned. */
  after?: { time: number; uids: string[] };
}

/** Failure type of a page if the server refuses its query. A retry would not help. */
export const QUERY_REFUSED = 'QueryRefused';

/** Failure type of a workflow whose input has an unknown field or lacks a required one. Nothing was done. */
export const INPUT_REFUSED = 'InputRefused';

/**
 * The activities of the operations, one page each. Their workflows carry the counts and the cursor from page to
 * page.
 */
export interface OperationsActivities {
  reconcilePage(input: ReconcilePageInput): Promise<{ counts: ReconcileCounts; next?: ReconcileCursor }>;
  prunePage(input: PrunePageInput): Promise<{ counts: PruneCounts; next?: PrunePageInput['after'] }>;
  /** Deletes checkpoints and log lines older than `before` (UNIX seconds), of any run. */
  pruneProgress(input: { before: number }): Promise<PruneCounts>;
  backfillPage(input: BackfillPageInput): Promise<{ counts: BackfillCounts; token?: string }>;
}
