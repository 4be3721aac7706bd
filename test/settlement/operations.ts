/** What settles and backfills, of the built package, for tests that call it a page at a time; its worker by the package's name. */
import { createRequire } from 'node:module';
import { Client, Connection } from '@temporalio/client';
import type { ReconcileCursor } from '../../src/settlement/counts';
import { fromBuild, openStore } from '../built';
import { temporalAddress } from '../real/temporal-server';

export const { createOperationsWorker, operationsTaskQueue } = createRequire(__filename)(
  'temporal-provenance',
) as typeof import('../../src/index');
export const { ServerHistories } = fromBuild<typeof import('../../src/settlement/histories/history-source')>(
  'src/settlement/histories/history-source',
);
export const { Pace } = fromBuild<typeof import('../../src/settlement/pace')>('src/settlement/pace');
export const { reconcilePage } =
  fromBuild<typeof import('../../src/settlement/reconcile')>('src/settlement/reconcile');
export const { backfillPage } = fromBuild<typeof import('../../src/settlement/backfill-page')>(
  'src/settlement/backfill-page',
);
export const { ExportedHistories } = fromBuild<
  typeof import('../../src/settlement/histories/exported-histories')
>('src/settlement/histories/exported-histories');
export const { historyValues } = fromBuild<typeof import('../../src/settlement/histories/history-policy')>(
  'src/settlement/histories/history-policy',
);

/** No cap: the tests' server is their own. */
export const PACE = { requests_per_second: Number.POSITIVE_INFINITY, concurrency: 10 };

/** Reconciles a store with the tests' server, page by page, to its end. */
export async function reconcileAll(url: string): Promise<void> {
  const connection = await Connection.connect({ address: temporalAddress() });
  const store = await openStore(url, { mode: 'write' });
  try {
    const options = {
      store,
      source: new ServerHistories(new Client({ connection }), new Pace(PACE)),
      values: historyValues(),
      concurrency: 4,
      page_size: 50,
      opened_before: Date.now() / 1000,
    };
    let after: ReconcileCursor | undefined;
    do after = (await reconcilePage(options, after)).next;
    while (after);
  } finally {
    await store.close();
    await connection.close();
  }
}
