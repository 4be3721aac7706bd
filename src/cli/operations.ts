/**
 * `operations`: runs the operations worker until it is told to stop, so that reconcile, backfill and the like can be started
 * or scheduled as workflows. Node only.
 * @module
 */
import type { Client } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import type { Command } from 'commander';
import { createOperationsWorker, OPERATIONS_TASK_QUEUE } from '../operations';
import type { Context } from './context';
import { connect, connectionOptions, type TemporalOptions, valueOptions, withTemporal } from './temporal';
import type { ExitCode, Verb } from './verb';

export const operations: Verb = {
  describe: (command: Command) =>
    withTemporal(command.description('run the worker of the durable operations (reconcile, backfill, …)')),
  example: 'operations --namespace lab',
  run: (context, _words, options) =>
    withOperationsWorker<ExitCode>(context, options as TemporalOptions, async ({ worker }) => {
      context.note(`Operations worker on task queue '${OPERATIONS_TASK_QUEUE}'. Ctrl-C ends it.`);
      await worker.run();
      return 0;
    }),
};

/** A worker for the length of some work, over the store and the server that the options name. */
export function withOperationsWorker<Result>(
  context: Context,
  options: TemporalOptions,
  work: (parts: { client: Client; worker: Worker }) => Promise<Result>,
): Promise<Result> {
  return context.withStore(
    async (store) => {
      const { client, namespace, pace, close } = await connect(options);
      const { NativeConnection } = await import('@temporalio/worker');
      const { connection: where } = await connectionOptions(options);
      const connection = await NativeConnection.connect(where);
      try {
        const worker = await createOperationsWorker({
          connection,
          client,
          namespace,
          store,
          lab: context.lab,
          ...(await valueOptions(context)),
          pace,
        });
        return await work({ client, worker });
      } finally {
        await connection.close();
        await close();
      }
    },
    { mode: 'write', create: true },
  );
}
