/** What settlement tests use of the built package. */
import { createRequire } from 'node:module';

const built = createRequire(import.meta.url);
/** A file that lies beside the tests. */
export const resolveBeside = (name: string): string => built.resolve(name);
export const { openStore } = built('../../dist/src/store/open.js') as typeof import('../../src/store/open');
export const { createOperationsWorker } = built(
  '../../dist/src/operations.js',
) as typeof import('../../src/operations');
export const { ServerHistories } = built(
  '../../dist/src/settlement/history-source.js',
) as typeof import('../../src/settlement/history-source');
export const { Pace } = built(
  '../../dist/src/settlement/pace.js',
) as typeof import('../../src/settlement/pace');
export const { reconcilePage } = built(
  '../../dist/src/settlement/reconcile.js',
) as typeof import('../../src/settlement/reconcile');
export const { backfillPage } = built(
  '../../dist/src/settlement/backfill-page.js',
) as typeof import('../../src/settlement/backfill-page');
export const { ExportedHistories } = built(
  '../../dist/src/settlement/exported-histories.js',
) as typeof import('../../src/settlement/exported-histories');
export const { historyValues } = built(
  '../../dist/src/settlement/history-policy.js',
) as typeof import('../../src/settlement/history-policy');

/** No cap: the tests' server is their own. */
export const PACE = { requests_per_second: Number.POSITIVE_INFINITY, concurrency: 10 };
