/**
 * The durable steps behind the product's own workflows, over one store and one client. They run on the operations worker.
 * @module
 */
import type { Client } from '@temporalio/client';
import { backfillPage } from '../src/settlement/backfill-page';
import { ServerHistories } from '../src/settlement/history-source';
import type { HistoryValues } from '../src/settlement/history-values';
import { Pace, type PaceOptions } from '../src/settlement/pace';
import { reconcilePage } from '../src/settlement/reconcile';
import type { Store } from '../src/store/store';
import type { OperationsActivities } from './types';

export interface OperationsContext {
  store: Store;
  client: Client;
  namespace: string;
  lab: string;
  values: HistoryValues;
  pace: PaceOptions;
}

export function createOperationsActivities({
  store,
  client,
  namespace,
  lab,
  values,
  pace,
}: OperationsContext): OperationsActivities {
  const paced = new Pace(pace);
  const source = new ServerHistories(client, paced);
  return {
    reconcilePage: ({ after, page_size, opened_before }) =>
      reconcilePage(
        { store, source, values, concurrency: pace.concurrency, page_size, opened_before },
        after,
      ),
    backfillPage: (input) =>
      backfillPage(
        { store, source, values, client, pace: paced, namespace, lab, concurrency: pace.concurrency },
        input,
      ),
  };
}
