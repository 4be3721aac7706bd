/**
 * `list --executions`: executions, the last recorded first. Node only.
 * @module
 */

import { EXECUTION_FIELDS } from '../../filter/execution-fields';
import { parseFilter } from '../../filter/parser';
import { explainEmpty } from '../../questions/hints/empty-list';
import { type ExecutionsWanted, type ExecutionView, executionsOf } from '../../questions/lists/executions';
import { span } from '../../questions/shown/measures';
import { fieldText } from '../../questions/shown/recorded-values';
import { safe } from '../../questions/shown/safe-text';
import { endOf, executionStatus, markOf } from '../../questions/status';
import { instant } from '../../questions/words';
import type { Context } from '../context';
import { paintStatus } from '../terminal/status';
import type { Column } from '../terminal/table';
import type { ExitCode } from '../verb';
import { printRows } from './extent';

/** Prints the executions that match the filter. */
export function listExecutions(
  context: Context,
  where: string,
  wanted: Omit<ExecutionsWanted, 'filter'> & { limit: number },
): Promise<ExitCode> {
  const filter = parseFilter(where, EXECUTION_FIELDS);
  const { limit } = wanted;
  return context.ask<ExitCode>(async (scope) => {
    const executions = executionsOf(scope, { ...wanted, filter });
    const count = await printRows(context, executions, {
      columnsOf,
      timeOf: ({ start }) => start.start_time,
      time_field: 'start_time',
      filter,
      limit,
    });
    if (count === 0) {
      const empty = { what: 'executions', filter, catalogue: EXECUTION_FIELDS } as const;
      for (const line of await explainEmpty(scope, empty)) context.note(line);
    }
    return 0;
  });
}

function columnsOf({ style }: Context, shown: readonly ExecutionView[]): Column<ExecutionView>[] {
  const { colors } = style;
  const labs = new Set(shown.flatMap(({ lab }) => lab ?? []));
  const paint = (text: string, execution: ExecutionView) =>
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
    // Scan ids are unique only within a lab.
    { title: 'LAB', text: ({ lab = '' }) => (labs.size > 1 ? safe(lab) : ''), most: 24, least: 6 },
    {
      title: 'SCAN',
      align: 'right',
      text: ({ scan_id }) => (scan_id === undefined ? '' : String(scan_id)),
    },
    { title: 'OPERATOR', drop: 3, text: ({ operator }) => fieldText(operator), least: 4, most: 20 },
    { title: 'SAMPLE', drop: 4, text: ({ sample }) => fieldText(sample), least: 4, most: 24 },
    {
      title: 'RUN ID',
      drop: 6,
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
    { title: 'SCHEDULE', drop: 5, text: ({ start }) => safe(start.schedule_id ?? ''), least: 8, most: 24 },
  ];
}

function tookText(execution: ExecutionView): string {
  const end = endOf(execution);
  return end ? span(end.close_time - execution.start.start_time) : '';
}
