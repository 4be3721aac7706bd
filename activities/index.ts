/**
 * The activities of the product's own workflows, over one store and one client. They run on the operations
 * worker.
 * @module
 */
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { ProvenanceError, type ProvenanceErrorCode } from '../src/errors';
import { parseFilter } from '../src/filter/parser';
import { backfillPage } from '../src/settlement/backfill-page';
import { ServerHistories } from '../src/settlement/histories/history-source';
import { Pace, type PaceOptions } from '../src/settlement/pace';
import { reconcilePage } from '../src/settlement/reconcile';
import type { Store } from '../src/store/store';
import type { HistoryValues } from '../src/temporal/history-values';
import type { UpkeepDatabase } from '../src/upkeep/database';
import { openUpkeep } from '../src/upkeep/open';
import { prunePage, pruneProgress } from '../src/upkeep/prune';
import { type OperationsActivities, QUERY_REFUSED } from './types';

/** The store and the client that the operations work with. */
export interface OperationsContext {
  store: Store;
  client: Client;
  namespace: string;
  lab: string;
  values: HistoryValues;
  pace: PaceOptions;
  /** URL of the store, with credentials. Pruning opens the store with it as the owner. */
  store_url: string;
}

/**
 * The activities with which the operations read Temporal and write to the store. They reject if the store or
 * the server is unavailable; Temporal then retries.
 */
export function createOperationsActivities({
  store,
  client,
  namespace,
  lab,
  values,
  pace,
  store_url,
}: OperationsContext): OperationsActivities {
  const paced = new Pace(pace);
  const source = new ServerHistories(client, paced);
  const shared = { store, source, values, concurrency: pace.concurrency };
  return {
    reconcilePage: ({ after, page_size, opened_before }) =>
      heartbeating(() => reconcilePage({ ...shared, page_size, opened_before }, after)).catch(refuseStore),
    prunePage: ({ where, after, page_size, ...request }) =>
      heartbeating(() =>
        withUpkeep(store_url, (database) => {
          const filter = where === undefined ? {} : parseFilter(where);
          return prunePage({ store, database, page_size }, { ...request, where: filter.where }, after);
        }),
      ).catch(refuseQuestion),
    pruneProgress: ({ before }) =>
      heartbeating(() => withUpkeep(store_url, (database) => pruneProgress(database, before))).catch(
        refuseQuestion,
      ),
    backfillPage: (input) =>
      heartbeating(() => backfillPage({ ...shared, client, pace: paced, namespace, lab }, input))
        .catch(refuseStore)
        .catch(refuse),
  };
}

async function withUpkeep<Result>(
  url: string,
  work: (database: UpkeepDatabase) => Promise<Result>,
): Promise<Result> {
  const database = await openUpkeep(url);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** Throws a non-retryable failure if a retry cannot help. Otherwise throws the error itself. */
function refuseQuestion(error: unknown): never {
  const known = ProvenanceError.is(error) && ['OPTION_INVALID', 'FILTER_INVALID'].includes(error.code);
  if (!known) return refuseStore(error);
  throw ApplicationFailure.create({ type: QUERY_REFUSED, message: error.message, nonRetryable: true });
}

/**
 * Throws a non-retryable failure if the store refuses this worker. A retry would be refused too: a person must
 * correct rights, roles or the schema. The failure's type is the error's code.
 */
function refuseStore(error: unknown): never {
  const known = ProvenanceError.is(error) && STORE_REFUSALS.includes(error.code);
  if (!known) throw error;
  throw ApplicationFailure.create({ type: error.code, message: error.message, nonRetryable: true });
}

const STORE_REFUSALS: readonly ProvenanceErrorCode[] = [
  'STORE_REFUSED',
  'STORE_MISSING',
  'STORE_URL_INVALID',
  'STORE_SCHEMA_NEWER',
  'NATIVE_MISSING',
];

/** One third of the workflows' heartbeat timeout. */
const HEARTBEAT_EVERY_MS = 10_000;

/**
 * Sends heartbeats while the work runs, so that Temporal notices a killed worker soon. Heartbeats follow a
 * timer, not progress: at a slow pace one long history may take minutes.
 */
async function heartbeating<Result>(work: () => Promise<Result>): Promise<Result> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** gRPC's INVALID_ARGUMENT, NOT_FOUND and PERMISSION_DENIED. The server would refuse the same request again. */
const REFUSALS: readonly unknown[] = [3, 5, 7];

function refuse(error: unknown): never {
  const { code, details } = error as { code?: unknown; details?: unknown };
  if (!REFUSALS.includes(code)) throw error;
  throw ApplicationFailure.create({
    type: QUERY_REFUSED,
    message: typeof details === 'string' ? details : String(error),
    nonRetryable: true,
  });
}
