/**
 * `reconcile`: settles runs by the histories of the server or by exported ones. Node only.
 * @module
 */
import type { Command } from 'commander';
import { jsonLine } from '../../questions/shown/safe-text';
import { counted } from '../../questions/words';
import { addCounts, emptyCounts, type ReconcileCounts, type ReconcileCursor } from '../../settlement/counts';
import { ExportedHistories } from '../../settlement/histories/exported-histories';
import { recordLoss } from '../../settlement/histories/history-losses';
import { historyValues } from '../../settlement/histories/history-policy';
import { type HistorySource, ServerHistories } from '../../settlement/histories/history-source';
import { DEFAULT_CONCURRENCY, Pace } from '../../settlement/pace';
import { reconcilePage } from '../../settlement/reconcile';
import type { Context } from '../context';
import { wholeNumber } from '../context';
import type { Verb } from '../verb';
import { connect, type TemporalOptions, valueOptions, withTemporal } from './temporal';

const PAGE_SIZE = 200;

/** The verb `reconcile`. */
export const reconcile: Verb = {
  describe: (command: Command) =>
    withTemporal(
      command
        .description('ask the server how runs and executions ended whose end no worker recorded')
        .option('--grace <seconds>', 'skip runs that opened within the last <seconds>', '60')
        .option('--from-export <folder>', 'read histories exported from Temporal Cloud instead of a server'),
    ),
  example: 'reconcile --namespace lab',
  async run(context, _words, options) {
    const grace_s = wholeNumber(String(options.grace), '--grace');
    const { source, concurrency, close } = await sourceOf(options);
    try {
      const counts = await reconcileAll(context, source, concurrency, Date.now() / 1000 - grace_s);
      if (context.options.json) context.print(jsonLine(counts));
      else context.print(describeCounts(counts));
      return [counts.unavailable, counts.losses].some((of) => Object.keys(of).length > 0) ? 1 : 0;
    } finally {
      await close();
    }
  },
};

async function sourceOf(
  options: Readonly<Record<string, unknown>>,
): Promise<{ source: HistorySource; concurrency: number; close(): Promise<void> }> {
  if (typeof options.fromExport === 'string') {
    const source = await ExportedHistories.read(options.fromExport);
    return { source, concurrency: DEFAULT_CONCURRENCY, close: async () => undefined };
  }
  const { client, pace, close } = await connect(options as TemporalOptions);
  return { source: new ServerHistories(client, new Pace(pace)), concurrency: pace.concurrency, close };
}

async function reconcileAll(
  context: Context,
  source: HistorySource,
  concurrency: number,
  opened_before: number,
): Promise<ReconcileCounts> {
  const values = historyValues(await valueOptions(context));
  return context.withStore(
    async (store) => {
      let counts = emptyCounts();
      const lost = source.losses?.map((loss) => recordLoss(counts.losses, loss)) ?? [];
      if (lost.length > 0) await store.write(lost);
      let after: ReconcileCursor | undefined;
      do {
        const page = await reconcilePage(
          { store, source, values, concurrency, page_size: PAGE_SIZE, opened_before },
          after,
        );
        counts = addCounts(counts, page.counts);
        after = page.next;
        if (after !== undefined && context.io.stderr.isTTY)
          context.note(`${counts.executions} executions looked up …`);
      } while (after !== undefined);
      return counts;
    },
    { mode: 'write' },
  );
}

function describeCounts(counts: ReconcileCounts): string[] {
  const settled = Object.entries(counts.settled).map(
    ([outcome, count]) => `${count} ${outcome === 'superseded' ? 'retried' : outcome}`,
  );
  const lines = [
    `${counted(counts.executions, 'execution')} looked up, ${counts.closed} closed.`,
    settled.length > 0 ? `Runs settled: ${settled.join(', ')}.` : 'No run was settled.',
  ];
  if (counts.recorded > 0) lines.push(`${counted(counts.recorded, 'missing run')} recorded.`);
  if (counts.activities > 0)
    lines.splice(
      1,
      0,
      `${counted(counts.activities, 'standalone activity', 'standalone activities')} looked up.`,
    );
  if (counts.under_way > 0) lines.push(`${counted(counts.under_way, 'run has', 'runs have')} not ended yet.`);
  for (const [reason, count] of Object.entries(counts.unavailable))
    lines.push(`${count} could not be looked up: ${reason}`);
  for (const [reason, count] of Object.entries(counts.losses))
    lines.push(`Not recorded: ${count} × ${reason}`);
  return lines;
}
