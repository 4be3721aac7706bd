/**
 * `list`: runs, or executions, the last recorded first. Node only.
 * @module
 */

import type { Command } from 'commander';
import { parseFilter } from '../filter/parser';
import { RUN_FIELDS } from '../filter/run-fields';
import type { RunRecord } from '../model/documents';
import { shortUid } from '../model/ids';
import { isJsonObject, type Json } from '../model/json';
import { explainEmpty } from '../questions/hints/empty-list';
import { runsOf, slowRemark } from '../questions/runs';
import { secondsOf, statusOf } from '../questions/status';
import { instant } from '../questions/words';
import { type Context, wholeNumber } from './context';
import { UsageError } from './io';
import { listExecutions } from './list-executions';
import { listRefused } from './list-refused';
import { extentOf } from './render/extent';
import { span } from './render/measures';
import { paintStatus } from './render/status';
import { type Column, table } from './render/table';
import { jsonLine, safe, valueText } from './render/text';
import type { ExitCode, Verb } from './verb';

interface ListOptions {
  where?: string;
  limit: string;
  attempts?: boolean;
  executions?: boolean;
  refused?: boolean;
}

export const list: Verb = {
  describe: (command: Command) =>
    command
      .description('list runs, or executions, the last recorded first')
      .option(
        '--where <filter>',
        "which runs, e.g. \"operator = 'Ada' AND time > '2026-11-01'\" (see: help filters)",
      )
      .option('--limit <n>', 'at most so many', '50')
      .option('--attempts', 'every attempt of an activity, not only the last')
      .option('--executions', 'executions (workflow runs) in place of runs')
      .option('--refused', 'activities that were refused or wait for metadata, in place of runs'),
  example: `list --where "plan_name = 'scan' AND sample.name IN ('A', 'B') ORDER BY scan_id DESC" --limit 10`,
  run: async (context, _words, options) => {
    const { where, limit, attempts, executions, refused } = options as unknown as ListOptions;
    if (refused && (executions || where !== undefined))
      throw new UsageError('--refused takes neither --executions nor --where; --lab keeps it to one lab.');
    if (refused) return listRefused(context, wholeNumber(limit, '--limit', 1));
    if (executions) return listExecutions(context, where ?? '', wholeNumber(limit, '--limit', 1));
    const filter = parseFilter(where ?? '');
    const wanted = {
      filter,
      limit: wholeNumber(limit, '--limit', 1),
      fold_attempts: !attempts && !context.options.json,
    };
    return context.ask<ExitCode>(async (scope) => {
      const slow = context.io.stderr.isTTY ? await slowRemark(scope, filter) : undefined;
      if (slow) context.note(slow);
      const runs = await runsOf(scope, wanted);
      if (context.options.json) context.print(runs.map(jsonLine));
      else if (runs.length > 0) context.print(table(columnsOf(context, runs), runs, context.style));
      if (runs.length === 0) {
        const empty = { what: 'runs', filter, catalogue: RUN_FIELDS } as const;
        for (const line of await explainEmpty(scope, empty)) context.note(line);
      } else if (!context.options.json)
        for (const line of extentOf(
          filter,
          runs.map(({ start }) => start.time),
          wanted.limit,
        ))
          context.note(line);
      return 0;
    });
  },
};

function columnsOf({ style }: Context, runs: readonly RunRecord[]): Column<RunRecord>[] {
  const { colors } = style;
  const labs = new Set(runs.map(({ start }) => start.provenance.lab));
  return [
    // A number counts within its lab.
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
      title: 'TRY',
      drop: 2,
      align: 'right',
      text: ({ start }) => (start.temporal.attempt > 1 ? String(start.temporal.attempt) : ''),
    },
    { title: 'STATUS', text: statusOf, paint: (text, run) => paintStatus(text, statusOf(run), colors) },
    { title: 'TOOK', drop: 3, align: 'right', text: (run) => spanText(secondsOf(run)) },
    { title: 'OPERATOR', drop: 4, text: ({ start }) => field(start.operator), least: 4, most: 20 },
    { title: 'SAMPLE', drop: 5, text: ({ start }) => field(start.sample), least: 4, most: 24 },
    { title: 'PURPOSE', drop: 6, text: ({ start }) => field(start.purpose), least: 4, most: 24 },
  ];
}

function spanText(seconds: number | undefined): string {
  return seconds === undefined ? '' : span(seconds);
}

/** A field's text; of an object its name, where it has one. */
function field(value: unknown): string {
  const json = value as Json | undefined;
  return valueText(isJsonObject(json) && json.name !== undefined ? json.name : json);
}
