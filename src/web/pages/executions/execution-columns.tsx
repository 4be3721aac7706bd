/**
 * Columns of the list of executions. Node only.
 * @module
 */
import { EXECUTION_FIELDS } from '../../../filter/execution-fields';
import { to } from '../../links';
import { isNumeric, valueCell } from '../../parts/search/cells';
import { sortOf } from '../../parts/search/sorting';
import type { Column } from '../../parts/table';
import { Status } from '../../parts/words';
import type { ExecutionRow } from '../../questions/lists/executions';
import type { ListRequest } from '../list';

/** The default columns. */
export const FIRST_COLUMNS = [
  ...['workflow_id', 'workflow_type', 'status', 'start_time', 'took_ms'],
  ...['operator', 'sample', 'scan_id', 'parent.workflow_id'],
] as const;

/** Further columns to choose from. */
export const KNOWN_COLUMNS = [
  ...FIRST_COLUMNS,
  ...['lab', 'run_id', 'namespace', 'task_queue', 'schedule_id', 'cron_schedule', 'attempt', 'build_id'],
  ...['close_time', 'error.type', 'error.message', 'continued_from', 'root.workflow_id'],
] as const;

const TITLES: Readonly<Record<string, string>> = {
  workflow_id: 'Workflow',
  workflow_type: 'Type',
  status: 'Status',
  start_time: 'Started',
  took_ms: 'Took',
  operator: 'Operator',
  sample: 'Sample',
  scan_id: 'Scan',
  'parent.workflow_id': 'Parent',
  lab: 'Lab',
};

/** Returns the columns with these names. */
export function columnsOf(
  names: readonly string[],
  rows: readonly ExecutionRow[],
  request: Pick<ListRequest, 'view' | 'where'>,
): Column<ExecutionRow>[] {
  const lead = names.find((name) => name === 'workflow_id') ?? names[0];
  return names.map((name) => ({
    title: TITLES[name] ?? name,
    lead: name === lead,
    kind: kindOf(name, rows),
    ...(name === 'start_time' && { order: sortOf(name, request) }),
    cell: (row) => {
      if (name === lead)
        return (
          <a href={to.execution(row.run_id)}>
            {valueCell(name, row.values[name], EXECUTION_FIELDS) ?? row.run_id}
          </a>
        );
      return name === 'status' ? <State row={row} /> : valueCell(name, row.values[name], EXECUTION_FIELDS);
    },
  }));
}

function kindOf(name: string, rows: readonly ExecutionRow[]): 'text' | 'number' {
  if (name.endsWith('_time')) return 'text';
  const values = rows.map(({ values }) => values[name]);
  return isNumeric(name, values) ? 'number' : 'text';
}

/** The status, with a badge if a rule refused a run. */
function State({ row }: { row: ExecutionRow }) {
  return (
    <>
      <Status of={row.status} />
      {row.refused && (
        <>
          {' '}
          <a class="badge" href={to.refusals()} title="A rule of the lab refused a run">
            refused
          </a>
        </>
      )}
    </>
  );
}
