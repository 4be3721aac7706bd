/**
 * `count`: numbers of runs, by fields and by time. Node only.
 * @module
 */
import type { Command } from 'commander';
import { parseFilter } from '../../filter/parser';
import { withLineageRuns } from '../../questions/lineage/filter-runs';
import { countRuns, type RunCount } from '../../questions/lists/counts';
import { reportLines, type SearchReport } from '../../questions/lists/search-report';
import { jsonLine, safe, valueText } from '../../questions/shown/safe-text';
import { counted } from '../../questions/words';
import type { Context } from '../context';
import { UsageError } from '../io';
import { type Column, table } from '../terminal/table';
import type { ExitCode, Verb } from '../verb';

/** The verb `count`. */
export const count: Verb = {
  describe: (command: Command) =>
    command
      .description('count runs by fields and by time')
      .option('--where <filter>', 'count only these runs (see: help filters)')
      .option('--by <names>', 'fields, and day, week, month or year, separated by commas: operator,month'),
  example: `count --where "plan_name = 'scan'" --by operator,month`,
  run: (context, _words, options) => {
    const { where = '', by } = options as { where?: string; by?: string };
    const names = by === undefined ? [] : by.split(',').map((name) => name.trim());
    if (names.some((name) => name === ''))
      throw new UsageError('--by takes names separated by commas: operator,month.');
    const parsed = parseFilter(where);
    return context.ask<ExitCode>(async (scope) => {
      const filter = context.withRemarks(await withLineageRuns(scope, parsed));
      const report: SearchReport = {};
      const counts = await countRuns(scope, { filter, by: names, report });
      if (context.options.json) context.print(counts.map(jsonLine));
      else context.print(lines(context, names, counts));
      for (const line of reportLines(report)) context.note(line);
      return 0;
    });
  },
};

function lines(context: Context, names: readonly string[], counts: readonly RunCount[]): string[] {
  const sum = counts.reduce((total, { runs }) => total + runs, 0);
  if (names.length === 0 || counts.length === 0) return [`${counted(sum, 'run')}.`];
  const columns: Column<RunCount>[] = [
    ...names.map((name) => ({
      title: safe(name.toUpperCase()),
      text: ({ by }: RunCount) => (by[name] === null ? '–' : valueText(by[name])),
      least: 8,
      most: 48,
    })),
    { title: 'RUNS', align: 'right', text: ({ runs }) => runs.toLocaleString('en-US') },
  ];
  return table(columns, counts, context.style);
}
