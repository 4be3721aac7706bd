/**
 * The durable steps that the product offers to its own workflows. Types and names only, so that workflows can proxy them.
 * [isolate-safe]
 * @module
 */

import type { BackfillCounts, ReconcileCounts, ReconcileCursor } from '../src/settlement/counts';
import type { PruneCounts } from '../src/upkeep/prune-counts';

interface ReconcilePageInput {
  after?: ReconcileCursor;
  page_size: number;
  /** UNIX seconds; runs opened later are left to their workers. */
  opened_before: number;
}

interface BackfillPageInput {
  /** Visibility query: which executions. */
  query: string;
  page_size: number;
  /** Where the page begins, as the previous one said. */
  token?: string;
}

/** One page of a prune. */
export interface PrunePageInput {
  /** UNIX seconds; what is younger stays. */
  before: number;
  /** A filter as `list --where` takes it. */
  where?: string;
  page_size: number;
  /** Kept with the tombstones. */
  reason: string;
  /** Where the page begins, as the previous one said. */
  after?: { time: number; uids: string[] };
}

/** Failure type of a page whose query the server refuses: trying again would not help. */
export const QUERY_REFUSED = 'QueryRefused';

/** Failure type of a workflow that was given an input it does not know, or too little of it: nothing was done. */
export const INPUT_REFUSED = 'InputRefused';

/**
 * The steps of the operations, a page at a time; their workflows carry the counts and the cursor from page to page.
 */
export interface OperationsActivities {
  reconcilePage(input: ReconcilePageInput): Promise<{ counts: ReconcileCounts; next?: ReconcileCursor }>;
  prunePage(input: PrunePageInput): Promise<{ counts: PruneCounts; next?: PrunePageInput['after'] }>;
  /** Checkpoints and log lines that are older, whatever their runs. */
  pruneProgress(input: { before: number }): Promise<PruneCounts>;
  backfillPage(input: BackfillPageInput): Promise<{ counts: BackfillCounts; token?: string }>;
}
