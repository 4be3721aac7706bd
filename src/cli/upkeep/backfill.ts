/**
 * `backfill`: records executions that ran before the plugin was installed. It runs a durable workflow on its own operations
 * worker, or reads exported files directly. Node only.
 * @module
 */
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Command } from 'commander';
import { QUERY_REFUSED } from '../../../activities/types';
import { ProvenanceError, type ProvenanceErrorCode } from '../../errors';
import { jsonLine } from '../../questions/shown/safe-text';
import { counted } from '../../questions/words';
import { type BackfillOptions, backfillExecution, knownActivities } from '../../settlement/backfill';
import { type BackfillCounts, emptyBackfillCounts } from '../../settlement/counts';
import { readExport } from '../../settlement/histories/export-files';
import { exportedAddress, nameless } from '../../settlement/histories/exported-histories';
import { recordLoss } from '../../settlement/histories/history-losses';
import { historyValues } from '../../settlement/histories/history-policy';
import { PageWriter } from '../../settlement/page-writer';
import type { Context } from '../context';
import { UsageError } from '../io';
import type { Verb } from '../verb';
import { withOperationsWorker } from './operations';
import { type TemporalOptions, valueOptions, withTemporal } from './temporal';

/** The verb `backfill`. */
export const backfill: Verb = {
  describe: (command: Command) =>
    withTemporal(
      command
        .description('record executions that ran before the plugin was installed, from their histories')
        .option('--query <query>', 'the executions, as a visibility query')
        .option('--from-export <folder>', 'read histories exported from Temporal Cloud instead of a server'),
    ),
  example: `backfill --query 'WorkflowType="reduce"'`,
  async run(context, _words, options) {
    const counts = await (typeof options.fromExport === 'string'
      ? backfillExport(context, options.fromExport, String(options.namespace ?? 'default'))
      : backfillServer(context, options));
    if (context.options.json) context.print(jsonLine(counts));
    else context.print(describeCounts(counts));
    return Object.keys(counts.losses).length === 0 ? 0 : 1;
  },
};

function backfillServer(
  context: Context,
  options: Readonly<Record<string, unknown>>,
): Promise<BackfillCounts> {
  const { query } = options;
  if (typeof query !== 'string') {
    throw new UsageError(`Select the executions: --query 'WorkflowType="reduce"', or --from-export FOLDER.`);
  }
  return withOperationsWorker(context, options as TemporalOptions, async (parts) => {
    const workflowId = `temporal-provenance-backfill ${parts.storage_id} ${query}`;
    const handle = await parts.client.workflow.start('backfill', {
      taskQueue: parts.taskQueue,
      workflowId,
      args: [{ query }],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    context.note(
      `The backfill runs as workflow '${workflowId}'. To continue it after an interruption, run this command again.`,
    );
    return parts.worker.runUntil(resultOf(handle));
  });
}

/** @throws UsageError if the server rejects the query */
async function resultOf(handle: WorkflowHandle): Promise<BackfillCounts> {
  try {
    return (await handle.result()) as BackfillCounts;
  } catch (error) {
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
      if ((cause as { type?: unknown }).type === QUERY_REFUSED)
        throw new UsageError(`The server rejected the query: ${cause.message}`, { cause: error });
      // An error of the store, passed on with its message.
      if (cause instanceof ApplicationFailure && cause.type?.startsWith('STORE_'))
        throw new ProvenanceError(cause.type as ProvenanceErrorCode, cause.message, { cause: error });
    }
    throw error;
  }
}

async function backfillExport(context: Context, folder: string, namespace: string): Promise<BackfillCounts> {
  const values = historyValues(await valueOptions(context));
  const { lab } = context;
  return context.withStore((store) => backfillFiles({ store, lab, values }, folder, namespace), {
    mode: 'write',
    create: true,
  });
}

async function backfillFiles(
  options: BackfillOptions,
  folder: string,
  namespace: string,
): Promise<BackfillCounts> {
  const counts = emptyBackfillCounts();
  const writer = new PageWriter(options.store);
  for await (const execution of readExport(folder)) {
    if (execution.loss) {
      await writer.add([recordLoss(counts.losses, execution.loss)]);
      continue;
    }
    const address = exportedAddress(execution.events, namespace);
    if (!address) await writer.add([recordLoss(counts.losses, nameless(execution))]);
    else {
      const known = await knownActivities(options.store, [address.run_id]);
      await writer.add(await backfillExecution(options, address, execution.events, counts, known));
    }
  }
  await writer.flush();
  return counts;
}

function describeCounts(counts: BackfillCounts): string[] {
  const lines = [
    `${counted(counts.executions, 'execution')} read, ${counted(counts.runs, 'run')} recorded, ${counts.known} already recorded.`,
  ];
  for (const [reason, count] of Object.entries(counts.losses))
    lines.push(`Not recorded: ${count} × ${reason}`);
  return lines;
}
