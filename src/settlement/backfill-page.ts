/**
 * One page of a backfill: the executions that a visibility query names, each from its history.
 * @module
 */
import type { Client } from '@temporalio/client';
import type { ExecutionAddress } from '../model/documents';
import type { WriteRecord } from '../store/interface/written';
import { type BackfillOptions, backfillExecution, type KnownActivities, knownActivities } from './backfill';
import { type BackfillCounts, emptyBackfillCounts } from './counts';
import { historyLoss, recordLoss } from './histories/history-losses';
import type { HistorySource } from './histories/history-source';
import { forEachConcurrently, type Pace } from './pace';
import { PageWriter } from './page-writer';

interface BackfillPageOptions extends BackfillOptions {
  client: Client;
  source: HistorySource;
  pace: Pace;
  namespace: string;
  concurrency: number;
}

/** Records the executions of one page. `token` of the answer is the position of the next page; absent after the last. */
export async function backfillPage(
  options: BackfillPageOptions,
  input: { query: string; page_size: number; token?: string },
): Promise<{ counts: BackfillCounts; token?: string }> {
  const page = await options.pace.run(() =>
    options.client.workflowService.listWorkflowExecutions({
      namespace: options.namespace,
      query: input.query,
      pageSize: input.page_size,
      nextPageToken: input.token ? Buffer.from(input.token, 'base64') : undefined,
    }),
  );
  const addresses = (page.executions ?? []).map(
    ({ execution }): ExecutionAddress => ({
      namespace: options.namespace,
      workflow_id: execution?.workflowId ?? '',
      run_id: execution?.runId ?? '',
    }),
  );
  const counts = emptyBackfillCounts();
  const known = await knownActivities(
    options.store,
    addresses.map(({ run_id }) => run_id),
  );
  const writer = new PageWriter(options.store);
  await forEachConcurrently(addresses, options.concurrency, async (address) => {
    await writer.add(await readOne(options, address, counts, known));
  });
  await writer.flush();
  const token = page.nextPageToken?.length ? Buffer.from(page.nextPageToken).toString('base64') : undefined;
  return { counts, token };
}

async function readOne(
  options: BackfillPageOptions,
  address: ExecutionAddress,
  counts: BackfillCounts,
  known: KnownActivities,
): Promise<WriteRecord[]> {
  const look = await options.source.look(address);
  if (look.kind === 'history') return backfillExecution(options, address, look.events, counts, known);
  const [loss, reason] =
    look.kind === 'gone'
      ? (['history-gone', 'a history that the server has deleted'] as const)
      : (['history-unread', look.reason] as const);
  return [recordLoss(counts.losses, historyLoss(loss, reason, address))];
}
