/**
 * The durable steps behind the product's own workflows, over one store and one client. They run on the operations worker.
 * @module
 */
import type { Client } from '@temporalio/client';
import { backfillPage } from '../src/settlement/backfill-page';
import { ServerHistories } from '../src/settlement/history-source';
import { Pace, type PaceOptions } from '../src/settlement/pace';
import { reconcilePage } from '../src/settlement/reconcile';
import type { Store } from '../src/store/store';
import type { OperationsActivities } from './types';

export interface OperationsContext {
  store: Store;
  client: Client;
  namespace: string;
  lab: string;
  pace: PaceOptions;
}

export function createOperationsActivities({
  store,
  client,
  namespace,
  lab,
  pace,
}: OperationsContext): OperationsActivities {
  const paced = new Pace(pace);
  const source = new ServerHistories(client, paced);
  return {
    reconcilePage: ({ after, page_size, opened_before }) =>
      reconcilePage({ store, source, concurrency: pace.concurrency, page_size, opened_before }, after),
    backfillPage: (input) =>
      backfillPage(
        { store, source, client, pace: paced, namespace, lab, concurrency: pace.concurrency },
        input,
      ),
  };
}
