/**
 * `prune`: retention. Shows what would go; removes it with `--yes`. Node only.
 * @module
 */
import type { Command } from 'commander';
import type { RunRecord } from '../model/documents';
import { parseFilter } from '../store/filter-language';
import type { PruneRequest, Verdict } from '../upkeep/prune';
import { addPruneCounts, emptyPruneCounts, type PruneCounts } from '../upkeep/prune-counts';
import { instantBefore } from './age';
import type { Context } from './context';
import { UsageError } from './io';
import { instant } from './render/instants';
import { jsonLine, safe } from './render/text';
import type { Verb } from './verb';

const PAGE_SIZE = 500;
const WORDS: Readonly<Record<Verdict, string>> = {
  remove: 'goes  ',
  ancestor: 'stays, something that stays came from it ',
  open: 'stays, nobody has seen it end ',
  newest: 'stays, it is the newest of all ',
};

export const prune: Verb = {
  describe: (command: Command) =>
    command
      .description('remove old runs; without --yes only says what would go')
      .option('--older-than <age>', 'runs that opened so long ago, e.g. 2y')
      .option('--where <filter>', 'only these of them')
      .option('--progress-older-than <age>', 'checkpoints and log lines so old, whatever their runs')
      .option('--yes', 'do it')
      .option('--compact', 'give the room back to the disk afterwards'),
  example: `prune --older-than 2y --where "exit_status = 'fail'"`,
  async run(context, _words, options) {
    const request = requestOf(context, options);
    const progressBefore =
      typeof options.progressOlderThan === 'string'
        ? instantBefore(options.progressOlderThan, '--progress-older-than')
        : undefined;
    if (!request && progressBefore === undefined)
      throw new UsageError('prune takes --older-than, --progress-older-than, or both.');
    const counts = await work(context, request, progressBefore, {
      dry: options.yes !== true,
      compact: options.compact === true,
    });
    if (context.options.json) context.print(jsonLine(counts));
    else context.print(describe(counts, options.yes === true));
    return 0;
  },
};

function requestOf(context: Context, options: Readonly<Record<string, unknown>>): PruneRequest | undefined {
  if (typeof options.olderThan !== 'string') {
    if (options.where !== undefined) throw new UsageError('--where goes with --older-than.');
    return undefined;
  }
  const filter = typeof options.where === 'string' ? parseFilter(options.where) : {};
  if (filter.order) throw new UsageError('prune takes no ORDER BY.');
  const where = options.where === undefined ? '' : ` where ${String(options.where)}`;
  return {
    before: instantBefore(options.olderThan, '--older-than'),
    where: filter.where,
    lab: context.options.lab,
    reason: `pruned: older than ${options.olderThan}${where}`,
  };
}

async function work(
  context: Context,
  request: PruneRequest | undefined,
  progressBefore: number | undefined,
  { dry, compact }: { dry: boolean; compact: boolean },
): Promise<PruneCounts> {
  const { openUpkeep } = await import('../upkeep/database.js');
  const { prunePage, pruneProgress } = await import('../upkeep/prune.js');
  return context.withStore(async (store) => {
    const database = await openUpkeep(context.url);
    try {
      let counts = emptyPruneCounts();
      const judged = dry ? (run: RunRecord, verdict: Verdict) => told(context, run, verdict) : undefined;
      const parts = {
        store,
        database,
        page_size: PAGE_SIZE,
        judged,
        dry: dry ? new Set<number>() : undefined,
      };
      let next: Parameters<typeof prunePage>[2];
      if (request) {
        do {
          const page = await prunePage(parts, request, next);
          counts = addPruneCounts(counts, page.counts);
          next = page.next;
        } while (next);
      }
      if (progressBefore !== undefined)
        counts = addPruneCounts(counts, await pruneProgress(database, progressBefore, dry));
      if (compact && !dry) await database.compact();
      return counts;
    } finally {
      await database.close();
    }
  });
}

function told(context: Context, { start }: RunRecord, verdict: Verdict): void {
  const { uid, time, temporal } = start;
  if (context.options.json) context.print(jsonLine({ uid, time, verdict }));
  else context.print(`${WORDS[verdict]}${uid.slice(-8)}  ${instant(time)}  ${safe(temporal.activity_type)}`);
}

function describe(counts: PruneCounts, done: boolean): string[] {
  const { removed, ancestors, open, checkpoints, log_lines } = counts;
  const lines = [`${removed} runs ${done ? 'removed' : 'would go'}; each leaves a tombstone.`];
  if (ancestors > 0) lines.push(`${ancestors} stay, because something that stays came from them.`);
  if (open > 0) lines.push(`${open} stay, because nobody has seen them end (\`reconcile\` settles them).`);
  if (checkpoints + log_lines > 0)
    lines.push(`${checkpoints} checkpoints and ${log_lines} log lines ${done ? 'removed' : 'would go'}.`);
  lines.push(done ? 'Backups made before still hold them.' : 'Nothing was done; give --yes to do it.');
  return lines;
}
