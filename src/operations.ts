/**
 * The operations worker: runs the product's own durable workflows (reconcile, backfill, …) on a task queue of its own, so that
 * nothing of them ever runs on a lab's workers. Node only.
 * @module
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { NativeConnection, Worker } from '@temporalio/worker';
import { type HistoryValueOptions, historyValues } from './settlement/history-policy';
import type { PaceOptions } from './settlement/pace';
import type { Store, StoreIdentity } from './store/store';

/**
 * Task queue of a store's operations workers, by the store's `storage_id`: workers of two stores in one namespace must not
 * take each other's pages.
 */
export function operationsTaskQueue(storage_id: string): string {
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

/** `redact` and `values` as the plugin takes them: what histories hold is masked and withheld as workers' values are. */
export interface OperationsWorkerOptions extends HistoryValueOptions {
  connection: NativeConnection;
  client: Client;
  namespace: string;
  store: Store;
  lab: string;
  pace: PaceOptions;
  /** URL of the store, with credentials, for retention: pruning takes its owner's rights. */
  storeUrl?: string;
  /** {@link operationsTaskQueue} of the store when absent. */
  taskQueue?: string;
}

/** Path of the operations workflows, for workers that bundle them themselves. */
export function operationsWorkflowsPath(): string {
  const built = join(__dirname, '..', 'workflows', 'index.js');
  return existsSync(built) ? built : built.replace(/\.js$/, '.ts');
}

/**
 * Creates the worker; the caller runs it and shuts it down.
 * @throws (rejects) ProvenanceError `OPTION_INVALID`
 */
export async function createOperationsWorker(options: OperationsWorkerOptions): Promise<Worker> {
  // Loaded late, and not for bundlers to follow: a project that only starts workflows has neither of them.
  const load = createRequire(__filename);
  const { bundleWorkflowCode, DefaultLogger, Worker }: typeof import('@temporalio/worker') =
    load('@temporalio/worker');
  const { createOperationsActivities }: typeof import('../activities/index') = load('../activities/index.js');
  const { store, client, namespace, lab, pace } = options;
  const values = historyValues(options);
  const taskQueue = options.taskQueue ?? operationsTaskQueue((await operationsIdentity(store)).storage_id);
  return Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue,
    // What a bundler says of our own code is of no use to whoever runs this.
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: operationsWorkflowsPath(),
      logger: new DefaultLogger('WARN'),
    }),
    activities: createOperationsActivities({
      store,
      client,
      namespace,
      lab,
      pace,
      values,
      store_url: options.storeUrl,
    }),
    // One page at a time: what runs here has no hurry, and the server is others' too.
    maxConcurrentActivityTaskExecutions: 2,
  });
}
