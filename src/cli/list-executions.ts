/**
 * `list --executions`: executions, the last recorded first. Node only.
 * @module
 */

import { EXECUTION_FIELDS } from '../filter/execution-fields';
import { parseFilter } from '../filter/parser';
import type { ExecutionRecord } from '../model/execution';
import type { Context } from './context';
import { explainEmpty } from './empty-list';
import { endOf, executionStatus } from './execution-story';
import { extentOf } from './render/extent';
import { instant, span } from './render/instants';
import { markOf, paintStatus } from './render/status';
import { type Column, table } from './render/table';
import { jsonLine, safe } from './render/text';
import type { ExitCode } from './verb';

/** Prints the executions that pass the filter. */
export function listExecutions(context: Context, where: string, limit: number): Promise<ExitCode> {
  const filter = parseFilter(where, EXECUTION_FIELDS);
  return context.withStore<ExitCode>(async (store) => {
    const lab = context.onlyLab;
    const executions = await store.executions({ filter, limit, lab });
    if (context.options.json) context.print(executions.map(jsonLine));
    else if (executions.length > 0) context.print(table(columnsOf(context), executions, context.style));
    if (executions.length === 0)
      await explainEmpty(context, store, { what: 'executions', filter, lab, catalogue: EXECUTION_FIELDS });
    else if (!context.options.json)
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
