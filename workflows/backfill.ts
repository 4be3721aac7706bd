/**
 * Records executions that ran before the plugin was installed, page after page. Continues at the last page.
 * [isolate-safe]
 * @module
 */
import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { OperationsActivities } from '../activities/types';
import { addBackfillCounts, type BackfillCounts, emptyBackfillCounts } from '../src/settlement/counts';
import { checkInput, type InputForm, refused } from './input';

interface BackfillInput {
  /** Visibility query, e.g. `WorkflowType="reduce"`. */
  query: string;
  /** Executions per page. @defaultValue 100 */
  page_size?: number;
  /** Set when the workflow continues as new. */
  progress?: { token: string; counts: BackfillCounts };
}

const { backfillPage } = proxyActivities<OperationsActivities>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '30 seconds',
});

const FORM: InputForm<BackfillInput> = {
  query: 'query',
  page_size: 'count',
  progress: 'progress',
};

/**
 * Returns the counts of what was recorded, what was there already, and what could not be read.
 * @throws ApplicationFailure `InputRefused` if a field is unknown or missing
 */
export async function backfill(input: BackfillInput): Promise<BackfillCounts> {
  checkInput('backfill', FORM, input);
  if (input.query === undefined) throw refused('backfill', 'its input has no query');
  let counts = input.progress?.counts ?? emptyBackfillCounts();
  let token = input.progress?.token;
  for (;;) {
    const page = await backfillPage({ query: input.query, page_size: input.page_size ?? 100, token });
    counts = addBackfillCounts(counts, page.counts);
    if (page.token === undefined) return counts;
    token = page.token;
    if (workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof backfill>({ ...input, progress: { token, counts } });
    }
  }
}
