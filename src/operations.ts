/**
 * The operations worker: runs the product's own durable workflows (reconcile, backfill, …) on a task queue of its own, so that
 * nothing of them ever runs on a lab's workers. Node only.
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
 * Task queue of a store's operations workers, by the store's `storage_id`: workers of two stores in one namespace must not
 * take each other's pages.
 */
export function operationsTaskQueue(storage_id: string): string {
  // See docs/design/settlement.md#operations.
  return `temporal-provenance-operations-${storage_id}`;
}

/**
 * The identity by which a store's operations go. A backup that nobody has written to takes its own first: its operations workers would
 * else take the pages of the store that it is a copy of.
 */
export async function operationsIdentity(store: Store): Promise<StoreIdentity> {
  const identity = await store.identity();
  if (identity.copied_time === undefined) return identity;
  // Removes nothing; it is a write.
  await store.trimProgress(0);
  return store.identity();
}

/**
 * Server, store and pace of an operations worker. `redact` and `values` as the plugin takes them: what histories hold is masked and
 * withheld as workers' values are.
 */
export interface OperationsWorkerOptions extends HistoryValueOptions {
  /** For the worker. It stays open when the worker has ended, as `client` does. */
  connection: NativeConnection;
  /** Reads histories, and the executions of a query. */
  client: Client;
  /** @defaultValue the client's */
  namespace?: string;
  /**
   * URL of the store, which is made where there is none. On PostgreSQL with the role of a writer; of the owner, where the workflow
   * `prune` is used. @defaultValue `PROVENANCE_STORE`, else the config file's, else `provenance.db`
   */
  store?: string;
  /** Lab of runs that `backfill` makes. @defaultValue `PROVENANCE_LAB`, else the config file's, else `default` */
  lab?: string;
  /** Requests to the server, a second. @defaultValue 10; no cap where the server is on this machine */
  requestsPerSecond?: number;
  /** Requests in flight at once. @defaultValue 20 */
  concurrency?: number;
  /** @defaultValue {@link operationsTaskQueue} of the store; `worker.options.taskQueue` names it */
  taskQueue?: string;
}

/** What {@link operationsWorkerOf} works with: an open store, and all that was chosen. */
interface OperationsWorkerParts extends HistoryValueOptions {
  connection: NativeConnection;
  client: Client;
  namespace: string;
  store: Store;
  /** Of that store, with credentials: pruning opens it for its owner. */
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
 * Creates the worker of a store's operations, which the caller runs and shuts down. Store, lab, `redact` and `values` are chosen as
 * a worker with the plugin chooses them: options, then variables, then `temporal-provenance.json`. The store is opened here, and
 * closed when the worker has run.
 * @throws (rejects) ProvenanceError: `OPTION_INVALID`, `CONFIG_INVALID`, the codes of a store; what the SDK rejects with
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

/** Closes the store when the worker has ended, however it did. */
function closing(store: Store): WorkerPlugin {
  return {
    name: 'temporal-provenance-operations',
    runWorker: (worker, next) => next(worker).finally(() => store.close()),
  };
}

/**
 * A worker over a store that is open, and stays open.
 * @throws (rejects) ProvenanceError `OPTION_INVALID`
 */
export async function operationsWorkerOf(parts: OperationsWorkerParts): Promise<Worker> {
  // Loaded late, and not for bundlers to follow: a project that only starts workflows has neither of them.
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
    // What a bundler says of our own code is of no use to whoever runs this.
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: operationsWorkflowsPath(),
      logger: new DefaultLogger('WARN'),
    }),
    activities: createOperationsActivities({ store, store_url, client, namespace, lab, pace, values }),
    // One page at a time: what runs here has no hurry, and the server is others' too.
    maxConcurrentActivityTaskExecutions: 2,
  });
}
