/** What settles and backfills, of the built package, for tests that call it a page at a time; its worker by the package's name. */
import { createRequire } from 'node:module';
import { fromBuild } from '../built';

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
