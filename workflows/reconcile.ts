/**
 * Settles what no worker could settle, page after page. Run it on a Temporal Schedule, before retention deletes
 * the histories. [isolate-safe]
 * @module
 */
import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { OperationsActivities } from '../activities/types';
import { addCounts, emptyCounts, type ReconcileCounts, type ReconcileCursor } from '../src/settlement/counts';
import { checkInput, type InputForm } from './input';

interface ReconcileInput {
  /** Runs opened less than this ago are left to their workers. @defaultValue 60 s */
  grace_ms?: number;
  /** Executions per page. @defaultValue 200 */
  page_size?: number;
  /** Set when the workflow continues as new. */
  progress?: { after: ReconcileCursor; opened_before: number; counts: ReconcileCounts };
}

const { reconcilePage } = proxyActivities<OperationsActivities>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '30 seconds',
});

const FORM: InputForm<ReconcileInput> = {
  grace_ms: 'milliseconds',
  page_size: 'count',
  progress: 'progress',
};

/**
 * Returns the counts of what was settled, by outcome.
 * @throws ApplicationFailure `InputRefused` if a field is unknown
 */
export async function reconcile(input: ReconcileInput = {}): Promise<ReconcileCounts> {
  checkInput('reconcile', FORM, input);
  const opened_before = input.progress?.opened_before ?? (Date.now() - (input.grace_ms ?? 60_000)) / 1000;
  let counts = input.progress?.counts ?? emptyCounts();
  let after = input.progress?.after;
  for (;;) {
    const page = await reconcilePage({ after, page_size: input.page_size ?? 200, opened_before });
    counts = addCounts(counts, page.counts);
    if (page.next === undefined) return counts;
    after = page.next;
    if (workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof reconcile>({ ...input, progress: { after, opened_before, counts } });
    }
  }
}
