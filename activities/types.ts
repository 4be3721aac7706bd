/**
 * The durable steps that the product offers to its own workflows. Types and names only, so that workflows can proxy them.
 * [isolate-safe]
 * @module
 */
import type { BackfillCounts, ReconcileCounts } from '../src/settlement/counts';

export interface ReconcilePageInput {
  after?: number;
  page_size: number;
  /** UNIX seconds; runs opened later are left to their workers. */
  opened_before: number;
}

export interface BackfillPageInput {
  /** Visibility query: which executions. */
  query: string;
  page_size: number;
  /** Where the page begins, as the previous one said. */
  token?: string;
}

/** Failure type of a page whose query the server refuses: trying again would not help. */
export const QUERY_REFUSED = 'QueryRefused';

export interface OperationsActivities {
  reconcilePage(input: ReconcilePageInput): Promise<{ counts: ReconcileCounts; next?: number }>;
  backfillPage(input: BackfillPageInput): Promise<{ counts: BackfillCounts; token?: string }>;
}
