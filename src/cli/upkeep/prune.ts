/**
 * `prune`: removes old runs with `--yes`; without it only shows them. Node only.
 * @module
 */

import type { Command } from 'commander';
import { parseFilter } from '../../filter/parser';
import { jsonLine } from '../../questions/shown/safe-text';
import { counted, instant } from '../../questions/words';
import type { PruneParts, PruneRequest } from '../../upkeep/prune';
import { addPruneCounts, emptyPruneCounts, type PruneCounts } from '../../upkeep/prune-counts';
import type { Context } from '../context';
import { UsageError } from '../io';
import { PruneGroups, pruneTable, verdictLine } from '../render/prune';
import { isDry, type Verb } from '../verb';
import { dayBefore } from '../words/age';

const PAGE_SIZE = 500;

/** The verb `prune`. */
export const prune: Verb = {
  describe: (command: Command) =>
    command
      .description('remove old runs; without --yes only show what would be removed')
      .option('--older-than <age>', 'remove runs that opened longer ago than: 90d, 6w, 3mo, 2y')
      .option('--where <filter>', 'remove only those that match the filter')
      .option('--progress-older-than <age>', 'remove checkpoints and log lines of this age, of all runs')
      .option('--list', 'list each run, instead of the numbers by lab, plan and month')
      .option('--reason <text>', 'reason, kept with the tombstones')
      .option('--yes', 'remove them')
      .option('--dry-run', 'only show what would be removed, as without --yes')
      .option('--compact', 'free the disk space afterwards'),
  example: `prune --older-than 2y --where "exit_status = 'fail'"`,
  async run(context, _words, options) {
    const dry = isDry(options);
    const request = requestOf(context, options);
    const progressBefore =
      typeof options.progressOlderThan === 'string'
        ? dayBefore(options.progressOlderThan, '--progress-older-than')
        : undefined;
    if (!request && progressBefore === undefined)
      throw new UsageError('prune needs --older-than, --progress-older-than, or both.');
    if (!context.options.json) context.print(headings(request, progressBefore));
    const groups = new PruneGroups();
    const judged = options.list === true ? verdictPrinter(context) : dry ? grouped(groups) : undefined;
    const counts = await work(context, request, progressBefore, {
      dry,
      compact: options.compact === true,
      judged,
    });
    if (context.options.json) context.print(groups.sorted().map(jsonLine));
    else context.print(pruneTable(groups.sorted(), context.style));
    if (context.options.json) context.print(jsonLine({ ...bounds(request, progressBefore), ...counts }));
    else context.print(describe(counts, { done: !dry, listed: options.list === true }));
    return 0;
  },
};

/** Returns the dates of the ages, printed before anything is removed. */
function headings(request: PruneRequest | undefined, progressBefore: number | undefined): string[] {
  const lines: string[] = [];
  if (request) lines.push(`Runs opened before ${instant(request.before)}`);
  if (progressBefore !== undefined)
    lines.push(`Checkpoints and log lines from before ${instant(progressBefore)}`);
  return lines;
}

function bounds(request: PruneRequest | undefined, progressBefore: number | undefined) {
  return {
    ...(request && { opened_before: request.before }),
    ...(progressBefore !== undefined && { progress_before: progressBefore }),
  };
}

function requestOf(context: Context, options: Readonly<Record<string, unknown>>): PruneRequest | undefined {
  if (typeof options.olderThan !== 'string') {
    for (const name of ['where', 'list', 'reason'])
      if (options[name] !== undefined) throw new UsageError(`--${name} works only with --older-than.`);
    return undefined;
  }
  const filter = typeof options.where === 'string' ? parseFilter(options.where) : {};
  if (filter.order) throw new UsageError('The filter of prune has no ORDER BY: remove it.');
  const where = options.where === undefined ? '' : ` where ${String(options.where)}`;
  const why = typeof options.reason === 'string' ? `: ${options.reason}` : '';
  return {
    before: dayBefore(options.olderThan, '--older-than'),
    where: filter.where,
    lab: context.options.lab,
    reason: `pruned: older than ${options.olderThan}${where}${why}`,
  };
}

async function work(
  context: Context,
  request: PruneRequest | undefined,
  progressBefore: number | undefined,
  { dry, compact, judged }: { dry: boolean; compact: boolean; judged?: PruneParts['judged'] },
): Promise<PruneCounts> {
  const { openUpkeep } = await import('../../upkeep/open.js');
  const { prunePage, pruneProgress } = await import('../../upkeep/prune.js');
  return context.withStore(async (store) => {
    const database = await openUpkeep(context.url);
    try {
      let counts = emptyPruneCounts();
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

/** Prints the verdict of each run. */
function verdictPrinter(context: Context): PruneParts['judged'] {
  return (run, verdict) => {
    const { uid, time } = run.start;
    context.print(context.options.json ? jsonLine({ uid, time, verdict }) : verdictLine(run, verdict));
  };
}

function grouped(groups: PruneGroups): PruneParts['judged'] {
  return (run, verdict) => {
    if (verdict === 'remove') groups.add(run);
  };
}

function describe(counts: PruneCounts, { done, listed }: { done: boolean; listed: boolean }): string[] {
  const { removed, ancestors, open, newest, checkpoints, log_lines } = counts;
  const goes = done ? 'removed' : 'would be removed';
  const lines = [`${counted(removed, 'run')} ${goes}; a tombstone is kept for each.`];
  if (ancestors > 0) lines.push(`Kept: ${counted(ancestors, 'run')} from which other kept data was made.`);
  if (open > 0)
    lines.push(`Kept: ${counted(open, 'run')} without a recorded end (\`reconcile\` settles them).`);
  if (newest > 0) lines.push('Kept: the newest run, so that its place in the order is not reused.');
  if (checkpoints + log_lines > 0)
    lines.push(`${counted(checkpoints, 'checkpoint')} and ${counted(log_lines, 'log line')} ${goes}.`);
  const names = listed || removed === 0 ? '' : ', or --list to see each run';
  lines.push(
    done ? 'Earlier backups still hold them.' : `Nothing was removed. Add --yes to remove them${names}.`,
  );
  return lines;
}
