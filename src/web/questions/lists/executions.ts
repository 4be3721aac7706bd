/**
 * Executions that match a filter, page by page. Node only.
 * @module
 */
import { z } from 'zod';
import { EXECUTION_FIELDS } from '../../../filter/execution-fields';
import { parseFilter } from '../../../filter/parser';
import type { JsonObject } from '../../../model/json';
import { explainEmpty } from '../../../questions/hints/empty-list';
import { executionColumns, executionValues, type ListColumn } from '../../../questions/lists/columns';
import { type ExecutionView, executionsOf } from '../../../questions/lists/executions';
import { isRefusal } from '../../../questions/lists/refused';
import { endOf, type Tone, toneOf } from '../../../questions/status';
import { instant } from '../../../questions/words';
import { type CsvColumn, csvOfItems } from '../../csv/form';
import { after, limit, where, yes } from '../inputs';
import { type Part, question } from '../question';
import { executionView } from '../shapes/executions';
import { executionRow, explainedPart } from '../shapes/rows';
import { columns, csvColumns, cut, shortened } from './rows';

const COLUMNS: readonly CsvColumn<ExecutionView>[] = [
  ['workflow_id', ({ start }) => start.workflow_id],
  ['run_id', ({ start }) => start.run_id],
  ['workflow_type', ({ start }) => start.workflow_type],
  ['status', ({ status }) => status],
  ['started', ({ start }) => instant(start.start_time, 'milliseconds')],
  ['closed', (execution) => closedAt(execution)],
  ['scan_id', ({ scan_id }) => scan_id],
  ['operator', ({ operator }) => operator],
  ['sample', ({ sample }) => sample],
  ['lab', ({ lab }) => lab],
  ['error', (execution) => endOf(execution)?.error?.message],
];

/** An execution with the requested columns, instead of its documents. */
export interface ExecutionRow {
  run_id: string;
  workflow_id: string;
  workflow_type: string;
  lab?: string;
  status: string;
  tone: Tone;
  /** True if it failed because a rule refused a run. */
  refused?: true;
  /** The values by the name of the column; absent if there is none. */
  values: JsonObject;
}

/** The executions, or the reasons why there are none. */
export interface ExecutionsAnswer extends Part<ExecutionView | ExecutionRow> {
  /** If nothing was found: the reasons, and what to do. */
  reasons?: string[];
}

const input = z.strictObject({
  where,
  limit,
  after,
  family: yes.default(false).describe("Also match the metadata of their children's runs."),
  columns,
  cut,
});

/** `/executions`. */
export const executions = question<z.infer<typeof input>, ExecutionsAnswer>({
  name: 'executions',
  path: '/executions',
  summary: 'Executions that match a filter; the last recorded first, unless the filter has an order.',
  input,
  answer: explainedPart(z.union([executionView, executionRow])),
  csv: csvOfItems(
    ({ columns }) =>
      (columns ? csvColumns(columns, EXECUTION_FIELDS) : COLUMNS) as readonly CsvColumn<
        ExecutionView | ExecutionRow
      >[],
  ),
  async ask(scope, { where, limit, after, family, columns, cut }) {
    const wantedColumns = columns && executionColumns(columns);
    const filter = parseFilter(where, EXECUTION_FIELDS);
    const items: (ExecutionView | ExecutionRow)[] = [];
    let last: string | undefined;
    let more = false;
    for await (const execution of executionsOf(scope, { filter, limit: limit + 1, after, family })) {
      more = items.length === limit;
      if (more) break;
      last = execution.start.run_id;
      items.push(wantedColumns ? rowOf(execution, wantedColumns, cut) : execution);
    }
    const empty = items.length === 0 && after === undefined;
    const list = { what: 'executions', filter, catalogue: EXECUTION_FIELDS } as const;
    return {
      items,
      ...(more && last !== undefined && { next: last }),
      remarks: [],
      ...(empty && { reasons: await explainEmpty(scope, list) }),
    };
  },
});

function closedAt(execution: ExecutionView): string | undefined {
  const end = endOf(execution);
  return end ? instant(end.close_time, 'milliseconds') : undefined;
}

function rowOf(
  execution: ExecutionView,
  columns: readonly ListColumn[],
  cut: number | undefined,
): ExecutionRow {
  const { start, status, lab } = execution;
  return {
    run_id: start.run_id,
    workflow_id: start.workflow_id,
    workflow_type: start.workflow_type,
    ...(lab !== undefined && { lab }),
    status,
    tone: toneOf(status),
    ...(isRefusal(endOf(execution)?.error) && { refused: true }),
    values: shortened(executionValues(execution, columns), cut),
  };
}
