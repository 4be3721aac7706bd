/**
 * The operations worker. It runs the product's own durable workflows (reconcile, backfill, …) on its own task
 * queue, so that none of them runs on a lab's workers. Node only.
 * @module
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Client, Connection } from '@temporalio/client';
import type { NativeConnection, Worker, WorkerPlugin } from '@temporalio/worker';
import { chooseLab } from './options/choose-store';
import { checkFileOptions } from './options/options';
import { findPlaces } from './options/places';
import { type HistoryValueOptions, historyValues } from './settlement/histories/history-policy';
import { defaultPace, type PaceOptions } from './settlement/pace';
import type { StoreIdentity } from './store/identity';
import { openStore } from './store/open';
import type { Store } from './store/store';

/**
 * Returns the task queue of a store's operations workers, from the store's `storage_id`. Each store has its
 * own, so that workers of two stores in one namespace do not take each other's pages.
 */
export function operationsTaskQueue(storage_id: string): string {
  // See docs/design/settlement.md#operations.
  return `temporal-provenance-operations-${storage_id}`;
}

/**
 * The identity that a store's operations use. A restored backup first gets an identity of its own, by a write.
 * Otherwise its operations workers would take the pages of the original store.
 */
export async function operationsIdentity(store: Store): Promise<StoreIdentity> {
  const identity = await store.identity();
  if (identity.copied_time === undefined) return identity;
  // This deletes nothing, but it is a write.
  await store.trimProgress(0);
  return store.identity();
}

/**
 * Server, store and rate of an operations worker. `redact` and `values` have the same meaning as in the plugin:
 * values from histories are masked and withheld like workers' values.
 */
export interface OperationsWorkerOptions extends HistoryValueOptions {
  /** The connection of the worker. Neither it nor `client` is closed when the worker has ended. */
  connection: NativeConnection;
  /** Reads histories, and the executions of a query. */
  client: Client;
  /** Namespace of the worker. @defaultValue the client's */
  namespace?: string;
  /**
   * URL of the store, which is created if it is missing. On PostgreSQL it needs the role of a writer, or of the
   * owner if the workflow `prune` is used. @defaultValue `PROVENANCE_STORE`, else the config file's, else
   * `provenance.db`
   */
  store?: string;
  /**
   * Lab of runs that `backfill` creates. @defaultValue `PROVENANCE_LAB`, else the config file's, else `default`
   */
  lab?: string;
  /** Requests to the server per second. @defaultValue 10; no limit if the server is on this machine */
  requestsPerSecond?: number;
  /** The most requests in flight at once. @defaultValue 20 */
  concurrency?: number;
  /**
   * Task queue of the worker. @defaultValue {@link operationsTaskQueue} of the store;
   * `worker.options.taskQueue` contains it
   */
  taskQueue?: string;
}

/** What {@link operationsWorkerOf} works with: an open store, and all chosen options. */
interface OperationsWorkerParts extends HistoryValueOptions {
  connection: NativeConnection;
  client: Client;
  namespace: string;
  store: Store;
  /** URL of that store, with credentials. Pruning opens it as the owner. */
  store_url: string;
  lab: string;
  pace: PaceOptions;
  taskQueue?: string;
  plugins?: WorkerPlugin[];
}

/** Path of the operations workflows, for workers that bundle them themselves. */
export function operationsWorkflowsPath(): string {
  const built = join(__dirname, '..', 'workflows', 'index.js');
  return existsSync(built) ? built : built.replace(/\.js$/, '.ts');
}

/**
 * Creates the worker of a store's operations, which the caller runs and shuts down. Store, lab, `redact` and
 * `values` are chosen as for a worker with the plugin: options, then variables, then
 * `temporal-provenance.json`. The store is opened here, and closed when the worker has run.
 * @throws (rejects) ProvenanceError `OPTION_INVALID`, `CONFIG_INVALID` or the code of a store error; or an
 *   error of the SDK
 */
export async function createOperationsWorker(options: OperationsWorkerOptions): Promise<Worker> {
  const { client, requestsPerSecond, concurrency } = options;
  const { config, store: store_url } = findPlaces(options.store, 'createOperationsWorker: option store');
  if (config) checkFileOptions(config);
  const inFile: HistoryValueOptions = config?.values ?? {};
  const pace = defaultPace((client.connection as Partial<Connection>).options?.address ?? '');
  const store = await openStore(store_url);
  try {
    return await operationsWorkerOf({
      connection: options.connection,
      client,
      namespace: options.namespace ?? client.options.namespace,
      store,
      store_url,
      lab: chooseLab(options.lab, process.env, { config }) ?? 'default',
      redact: options.redact ?? inFile.redact,
      values: options.values ?? inFile.values,
      pace: {
        requests_per_second: requestsPerSecond ?? pace.requests_per_second,
        concurrency: concurrency ?? pace.concurrency,
      },
      taskQueue: options.taskQueue,
      plugins: [closing(store)],
    });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Closes the store when the worker has ended, with or without an error. */
function closing(store: Store): WorkerPlugin {
  return {
    name: 'temporal-provenance-operations',
    runWorker: (worker, next) => next(worker).finally(() => store.close()),
  };
}

/**
 * Creates a worker over an open store, which stays open.
 * @throws (rejects) ProvenanceError `OPTION_INVALID`
 */
export async function operationsWorkerOf(parts: OperationsWorkerParts): Promise<Worker> {
  // Loaded late and hidden from bundlers, because a project that only starts workflows lacks these packages.
  const load = createRequire(__filename);
  const { bundleWorkflowCode, DefaultLogger, Worker }: typeof import('@temporalio/worker') =
    load('@temporalio/worker');
  const { createOperationsActivities }: typeof import('../activities/index') = load('../activities/index.js');
  const { connection, store, store_url, client, namespace, lab, pace, plugins } = parts;
  const values = historyValues(parts);
  const taskQueue = parts.taskQueue ?? operationsTaskQueue((await operationsIdentity(store)).storage_id);
  return Worker.create({
    connection,
    namespace,
    taskQueue,
    plugins,
    // Bundler messages about our own code do not help the user.
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: operationsWorkflowsPath(),
      logger: new DefaultLogger('WARN'),
    }),
    activities: createOperationsActivities({ store, store_url, client, namespace, lab, pace, values }),
    // One page at a time: these operations are not urgent, and others use the server, too.
    maxConcurrentActivityTaskExecutions: 2,
  });
}
