/**
 * `list --refused`: activities that a rule refused or that wait for metadata, with the missing fields and times. Node only.
 * @module
 */

import { shortUid } from '../../model/ids';
import type { Json } from '../../model/json';
import {
  isOverdue,
  issuesText,
  nothingRefused,
  type RefusedActivity,
  type RefusedStatus,
  refusedActivities,
} from '../../questions/lists/refused';
import { jsonLine, safe, valueText } from '../../questions/shown/safe-text';
import { instant } from '../../questions/words';
import type { Context } from '../context';
import { type Column, table } from '../terminal/table';
import type { ExitCode } from '../verb';

/** Prints the refused activities of the lab, or of all labs. */
export function listRefused(context: Context, limit: number): Promise<ExitCode> {
  return context.ask<ExitCode>(async (scope) => {
    const { activities, truncated } = await refusedActivities(scope, limit);
    if (context.options.json) context.print(activities.map(jsonLine));
    else if (activities.length > 0)
      context.print(table(columnsOf(context, activities), activities, context.style));
    if (activities.length === 0) context.note(await nothingRefused(scope));
    else if (!context.options.json && activities.length === limit)
      context.note(`The last ${limit} refused; --limit shows more.`);
    if (truncated)
      context.note('Older refusals were not read: an activity may have been refused earlier than shown.');
    return 0;
  });
}

function columnsOf({ style }: Context, activities: readonly RefusedActivity[]): Column<RefusedActivity>[] {
  const { colors } = style;
  const labs = new Set(activities.map(({ lab }) => lab));
  const paints: Readonly<Record<RefusedStatus, (text: string) => string>> = {
    waiting: colors.yellow,
    opened: colors.green,
    ended: colors.red,
    refused: colors.red,
  };
  return [
    { title: 'STATUS', text: ({ status }) => status, paint: (text, { status }) => paints[status](text) },
    { title: 'LAB', text: ({ lab }) => (labs.size > 1 ? safe(lab) : ''), least: 6, most: 24 },
    { title: 'WORKFLOW ID', text: ({ temporal }) => safe(temporal.workflow_id ?? ''), least: 12, most: 40 },
    { title: 'ACTIVITY', text: ({ temporal }) => safe(temporal.activity_type ?? ''), least: 8, most: 32 },
    { title: 'MISSING OR WRONG', text: ({ issues }) => safe(issuesText(issues)), least: 16, most: 72 },
    { title: 'SINCE', text: ({ first_time }) => instant(first_time) },
    { title: 'ATTEMPTS', drop: 2, align: 'right', text: ({ tries }) => String(tries) },
    {
      title: 'NEXT ATTEMPT',
      text: nextText,
      paint: (text) => (text.includes('overdue') ? colors.yellow(text) : text),
    },
    { title: 'OPENED', drop: 1, text: ({ uid }) => (uid === undefined ? '' : shortUid(uid)) },
    {
      title: 'OPERATOR',
      drop: 3,
      text: ({ metadata }) => valueText(metadata.operator as Json | undefined),
      least: 4,
      most: 20,
    },
  ];
}

function nextText(activity: RefusedActivity): string {
  const { next_time } = activity;
  if (next_time === undefined) return '';
  return `${instant(next_time)}${isOverdue(activity) ? ' (overdue: no worker has run it)' : ''}`;
}
