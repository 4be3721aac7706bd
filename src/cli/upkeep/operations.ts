/**
 * `operations`: runs the operations worker until it is stopped. Clients can then start or schedule reconcile, backfill and
 * the other operations as workflows. Node only.
 * @module
 */
import type { Client } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import type { Command } from 'commander';
import { operationsIdentity, operationsTaskQueue, operationsWorkerOf } from '../../operations';
import type { Context } from '../context';
import type { ExitCode, Verb } from '../verb';
import { connect, connectionOptions, type TemporalOptions, valueOptions, withTemporal } from './temporal';

/** The verb `operations`. */
export const operations: Verb = {
  describe: (command: Command) =>
    withTemporal(
      command
        .description('run the worker of the durable operations (reconcile, backfill, …)')
        .option('--print-task-queue', "print the task queue of this store's operations, and exit"),
    ),
  example: 'operations --namespace lab',
  async run(context, _words, options) {
    if (options.printTaskQueue) {
      const { storage_id } = await context.withStore((store) => store.identity());
      context.print(operationsTaskQueue(storage_id));
      return 0;
    }
    return withOperationsWorker<ExitCode>(
      context,
      options as TemporalOptions,
      async ({ worker, taskQueue }) => {
        context.note(`The operations worker polls task queue '${taskQueue}'. Press Ctrl-C to stop.`);
        await worker.run();
        return 0;
      },
    );
  },
};

/** A worker for the operations of a store. */
interface OperationsParts {
  client: Client;
  worker: Worker;
  storage_id: string;
  taskQueue: string;
}

/** Runs `work` with an operations worker for the store and the server of the options. */
export function withOperationsWorker<Result>(
  context: Context,
  options: TemporalOptions,
  work: (parts: OperationsParts) => Promise<Result>,
): Promise<Result> {
  return context.withStore(
    async (store) => {
      const { storage_id } = await operationsIdentity(store);
      const taskQueue = operationsTaskQueue(storage_id);
      const { client, namespace, pace, close } = await connect(options);
      const { NativeConnection } = await import('@temporalio/worker');
      const { connection: where } = await connectionOptions(options);
      const connection = await NativeConnection.connect(where);
      try {
        const worker = await operationsWorkerOf({
          connection,
          client,
          namespace,
          store,
          store_url: context.url,
          lab: context.lab,
          ...(await valueOptions(context)),
          pace,
          taskQueue,
        });
        return await work({ client, worker, storage_id, taskQueue });
      } finally {
        await connection.close();
        await close();
      }
    },
    { mode: 'write', create: true },
  );
}
