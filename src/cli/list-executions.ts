/**
 * `list --executions`: executions, the last recorded first. Node only.
 * @module
 */

import { EXECUTION_FIELDS } from '../filter/execution-fields';
import { parseFilter } from '../filter/parser';
import type { ExecutionRecord } from '../model/execution';
import { executionsOf } from '../questions/executions';
import { explainEmpty } from '../questions/hints/empty-list';
import { endOf, executionStatus } from '../questions/status';
import { instant } from '../questions/words';
import type { Context } from './context';
import { extentOf } from './render/extent';
import { span } from './render/measures';
import { markOf, paintStatus } from './render/status';
import { type Column, table } from './render/table';
import { jsonLine, safe } from './render/text';
import type { ExitCode } from './verb';

/** Prints the executions that pass the filter. */
export function listExecutions(context: Context, where: string, limit: number): Promise<ExitCode> {
  const filter = parseFilter(where, EXECUTION_FIELDS);
  return context.ask<ExitCode>(async (scope) => {
    const executions = await executionsOf(scope, { filter, limit });
    if (context.options.json) context.print(executions.map(jsonLine));
    else if (executions.length > 0) context.print(table(columnsOf(context), executions, context.style));
    if (executions.length === 0) {
      const empty = { what: 'executions', filter, catalogue: EXECUTION_FIELDS } as const;
      for (const line of await explainEmpty(scope, empty)) context.note(line);
    } else if (!context.options.json)
      for (const line of extentOf(
        filter,
        executions.map(({ start }) => start.start_time),
        limit,
        'start_time',
      ))
        context.note(line);
    return 0;
  });
}

function columnsOf({ style }: Context): Column<ExecutionRecord>[] {
  const { colors } = style;
  const paint = (text: string, execution: ExecutionRecord) =>
    paintStatus(text, executionStatus(execution), colors);
  return [
    { title: '', text: (execution) => markOf(executionStatus(execution)), paint },
    {
      title: 'WORKFLOW ID',
      text: ({ start }) => safe(start.workflow_id),
      paint: (text) => colors.bold(text),
      least: 24,
      most: 48,
    },
    { title: 'TYPE', text: ({ start }) => safe(start.workflow_type), least: 8, most: 32 },
    { title: 'STATUS', text: executionStatus, paint },
    { title: 'STARTED', text: ({ start }) => instant(start.start_time) },
    { title: 'TOOK', drop: 1, align: 'right', text: tookText },
    {
      title: 'RUN ID',
      drop: 4,
      text: ({ start }) => safe(start.run_id),
      paint: (text) => colors.dim(text),
    },
    {
      title: 'PARENT',
      drop: 2,
      text: ({ start }) => safe(start.parent?.workflow_id ?? ''),
      least: 8,
      most: 32,
    },
    { title: 'SCHEDULE', drop: 3, text: ({ start }) => safe(start.schedule_id ?? ''), least: 8, most: 24 },
  ];
}

function tookText(execution: ExecutionRecord): string {
  const end = endOf(execution);
  return end ? span(end.close_time - execution.start.start_time) : '';
}
