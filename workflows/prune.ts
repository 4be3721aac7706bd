/**
 * Retention, page after page; intended for a Temporal Schedule. [isolate-safe]
 * @module
 */
import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { OperationsActivities, PrunePageInput } from '../activities/types';
import { addPruneCounts, emptyPruneCounts, type PruneCounts } from '../src/upkeep/prune-counts';
import { checkInput, type InputForm, refused } from './input';

interface PruneInput {
  /** Deletes runs that opened longer ago than this; if absent, none. */
  older_than_ms?: number;
  /** Deletes only the runs that match: a filter, in the syntax of `list --where`. */
  where?: string;
  /** Deletes checkpoints and log lines older than this, of any run; if absent, none. */
  progress_older_than_ms?: number;
  /** Runs per page; each page is a transaction. @defaultValue 500 */
  page_size?: number;
  /** Set when the workflow continues as new. */
  progress?: { before: number; after: PrunePageInput['after']; counts: PruneCounts };
}

const { prunePage, pruneProgress } = proxyActivities<OperationsActivities>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '30 seconds',
});

const FORM: InputForm<PruneInput> = {
  older_than_ms: 'milliseconds',
  where: 'text',
  progress_older_than_ms: 'milliseconds',
  page_size: 'count',
  progress: 'progress',
};

function check(input: PruneInput): void {
  checkInput('prune', FORM, input);
  const { older_than_ms, progress_older_than_ms, where } = input;
  if (older_than_ms === undefined && progress_older_than_ms === undefined)
    throw refused('prune', 'its input has neither older_than_ms nor progress_older_than_ms');
  if (older_than_ms === undefined && where !== undefined)
    throw refused('prune', "'where' works only with older_than_ms");
}

/**
 * Returns the counts of what was deleted, and of what was kept and why.
 * @throws ApplicationFailure `InputRefused` if a field is unknown or missing
 */
export async function prune(input: PruneInput): Promise<PruneCounts> {
  check(input);
  let counts = input.progress?.counts ?? emptyPruneCounts();
  if (!input.progress && input.progress_older_than_ms !== undefined) {
    const before = (Date.now() - input.progress_older_than_ms) / 1000;
    counts = addPruneCounts(counts, await pruneProgress({ before }));
  }
  if (input.older_than_ms === undefined) return counts;
  const before = input.progress?.before ?? (Date.now() - input.older_than_ms) / 1000;
  const days = Math.round(input.older_than_ms / 86_400_000);
  const reason = `pruned: older than ${days} days${input.where ? ` where ${input.where}` : ''}`;
  let after = input.progress?.after;
  for (;;) {
    const { page_size = 500, where } = input;
    const page = await prunePage({ before, where, reason, page_size, after });
    counts = addPruneCounts(counts, page.counts);
    if (page.next === undefined) return counts;
    after = page.next;
    if (workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof prune>({ ...input, progress: { before, after, counts } });
    }
  }
}
