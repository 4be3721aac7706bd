/**
 * `list`: runs, or executions, the last recorded first. Node only.
 * @module
 */

import type { Command } from 'commander';
import { parseFilter } from '../../filter/parser';
import { RUN_FIELDS } from '../../filter/run-fields';
import type { RunRecord } from '../../model/documents';
import { shortUid } from '../../model/ids';
import { childrenRemark } from '../../questions/hints/children';
import { explainEmpty } from '../../questions/hints/empty-list';
import { withLineageRuns } from '../../questions/lineage/filter-runs';
import { type RunsWanted, runsOf, slowRemark } from '../../questions/lists/runs';
import { reportLines, type SearchReport } from '../../questions/lists/search-report';
import { span } from '../../questions/shown/measures';
import { fieldText } from '../../questions/shown/recorded-values';
import { safe } from '../../questions/shown/safe-text';
import { secondsOf, statusOf } from '../../questions/status';
import { instant } from '../../questions/words';
import { type Context, wholeNumber } from '../context';
import { UsageError } from '../io';
import { paintStatus } from '../terminal/status';
import type { Column } from '../terminal/table';
import type { ExitCode, Verb } from '../verb';
import { printRows } from './extent';
import { listExecutions } from './list-executions';
import { listRefused } from './list-refused';

interface ListOptions {
  where?: string;
  limit: string;
  attempts?: boolean;
  after?: string;
  executions?: boolean;
  family?: boolean;
  refused?: boolean;
}

/** The verb `list`. */
export const list: Verb = {
  describe: (command: Command) =>
    command
      .description('list runs or executions, the last recorded first')
      .option(
        '--where <filter>',
        "only these, e.g. \"operator = 'Ada' AND time > '2026-11-01'\" (see: help filters)",
      )
      .option('--limit <n>', 'maximum number of rows', '50')
      .option('--attempts', 'show every attempt of an activity, not only the last')
      .option('--after <id>', 'continue the list after this run (uid) or execution (run id)')
      .option('--executions', 'list executions (workflow runs) instead of runs')
      .option('--family', "with --executions: also match the metadata of their children's runs")
      .option('--refused', 'list activities that were refused or wait for metadata, instead of runs'),
  example: `list --where "plan_name = 'scan' AND sample.name IN ('A', 'B') ORDER BY scan_id DESC" --limit 10`,
  run: async (context, _words, options) => {
    const given = options as unknown as ListOptions;
    check(given);
    const limit = wholeNumber(given.limit, '--limit', 1);
    if (given.refused) return listRefused(context, limit);
    const { after, family } = given;
    if (given.executions) return listExecutions(context, given.where ?? '', { limit, family, after });
    return listRuns(context, {
      filter: parseFilter(given.where ?? ''),
      limit,
      fold_attempts: !given.attempts && !context.options.json,
      after: after?.toLowerCase(),
    });
  },
};

function check({ refused, executions, family, where, after }: ListOptions): void {
  if (refused && (executions || where !== undefined))
    throw new UsageError('--refused does not work with --executions or --where; --lab limits it to one lab.');
  if (after !== undefined && refused) throw new UsageError('--refused does not work with --after.');
  if (family && !executions) throw new UsageError('--family works only with --executions.');
}

function listRuns(context: Context, given: RunsWanted & { limit: number }): Promise<ExitCode> {
  return context.ask<ExitCode>(async (scope) => {
    const filter = context.withRemarks(await withLineageRuns(scope, given.filter));
    const wanted = { ...given, filter };
    const { limit } = wanted;
    const slow = context.io.stderr.isTTY ? await slowRemark(scope, filter) : undefined;
    if (slow) context.note(slow);
    const report: SearchReport = {};
    const runs = runsOf(scope, { ...wanted, report });
    const count = await printRows(context, runs, {
      columnsOf,
      timeOf: ({ start }) => start.time,
      filter,
      limit,
    });
    if (count === 0) {
      const empty = { what: 'runs', filter, catalogue: RUN_FIELDS } as const;
      for (const line of await explainEmpty(scope, empty)) context.note(line);
    }
    for (const line of reportLines(report)) context.note(line);
    const children = context.options.json ? undefined : await childrenRemark(scope, filter);
    if (children) context.note(children);
    return 0;
  });
}

function columnsOf({ style }: Context, runs: readonly RunRecord[]): Column<RunRecord>[] {
  const { colors } = style;
  const labs = new Set(runs.map(({ start }) => start.provenance.lab));
  return [
    // Scan ids are unique only within a lab.
    {
      title: 'LAB',
      text: ({ start }) => (labs.size > 1 ? safe(start.provenance.lab) : ''),
      most: 24,
      least: 6,
    },
    {
      title: 'SCAN',
      align: 'right',
      text: ({ start }) => (start.scan_id === undefined ? '' : String(start.scan_id)),
    },
    { title: 'UID', text: ({ start }) => shortUid(start.uid), paint: (text) => colors.dim(text) },
    { title: 'TIME', text: ({ start }) => instant(start.time) },
    { title: 'PLAN', drop: 1, text: ({ start }) => safe(start.plan_name ?? ''), least: 8, most: 40 },
    { title: 'ACTIVITY', text: ({ start }) => safe(start.temporal.activity_type), least: 8, most: 40 },
    {
      title: 'ATTEMPT',
      drop: 2,
      align: 'right',
      text: ({ start }) => (start.temporal.attempt > 1 ? String(start.temporal.attempt) : ''),
    },
    { title: 'STATUS', text: statusOf, paint: (text, run) => paintStatus(text, statusOf(run), colors) },
    { title: 'TOOK', drop: 3, align: 'right', text: (run) => spanText(secondsOf(run)) },
    { title: 'OPERATOR', drop: 4, text: ({ start }) => fieldText(start.operator), least: 4, most: 20 },
    { title: 'SAMPLE', drop: 6, text: ({ start }) => fieldText(start.sample), least: 4, most: 24 },
    { title: 'PURPOSE', drop: 7, text: ({ start }) => fieldText(start.purpose), least: 4, most: 24 },
    {
      title: 'WORKFLOW ID',
      drop: 5,
      text: ({ start }) => safe(start.temporal.workflow_id ?? ''),
      least: 12,
      most: 40,
    },
  ];
}

function spanText(seconds: number | undefined): string {
  return seconds === undefined ? '' : span(seconds);
}
