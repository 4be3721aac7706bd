/**
 * Columns of the list of runs. Node only.
 * @module
 */
import { formatLiteral } from '../../../filter/format';
import { RUN_FIELDS } from '../../../filter/run-fields';
import { shortUid } from '../../../model/ids';
import { to } from '../../links';
import { isNumeric, valueCell } from '../../parts/search/cells';
import { sortOf } from '../../parts/search/sorting';
import type { View } from '../../parts/search/view';
import type { Column } from '../../parts/table';
import { Status } from '../../parts/words';
import type { RunRow } from '../../questions/runs';

/** The default columns. */
export const FIRST_COLUMNS = [
  ...['scan_id', 'uid', 'plan_name', 'activity_type', 'status', 'time', 'took_ms'],
  ...['operator', 'sample', 'purpose', 'workflow_id'],
] as const;

/** Further columns to choose from, apart from metadata fields. */
export const KNOWN_COLUMNS = [
  ...FIRST_COLUMNS,
  ...['lab', 'attempt', 'workflow_type', 'task_queue', 'namespace', 'host', 'build_id', 'code'],
  ...['environment', 'session', 'stop_time', 'exit_status', 'outcome', 'error.type', 'error.message'],
  ...['stop.resources.duration_ms', 'stop.resources.max_rss_bytes'],
] as const;

const TITLES: Readonly<Record<string, string>> = {
  scan_id: 'Scan',
  uid: 'Run',
  plan_name: 'Plan',
  activity_type: 'Activity',
  status: 'Status',
  time: 'Opened',
  took_ms: 'Took',
  operator: 'Operator',
  sample: 'Sample',
  purpose: 'Purpose',
  workflow_id: 'Workflow',
  lab: 'Lab',
};

/** Fields with an index for sorting. */
const SORTED = new Set(['time', 'scan_id', 'stop_time']);

/** Returns the columns with these names. */
export function columnsOf(
  names: readonly string[],
  rows: readonly RunRow[],
  { view, where }: { view: View; where: string },
): Column<RunRow>[] {
  // A row always links to its run.
  const lead = names.find((name) => name === 'uid') ?? names.find((name) => name === 'scan_id') ?? names[0];
  return names.map((name) => ({
    title: TITLES[name] ?? name,
    lead: name === lead,
    kind: kindOf(name, rows),
    ...(SORTED.has(name) && { order: sortOf(name, { view, where }) }),
    cell: (row) => (name === lead ? <a href={to.run(row.uid)}>{leadText(name, row)}</a> : cellOf(name, row)),
  }));
}

function kindOf(name: string, rows: readonly RunRow[]): 'text' | 'number' {
  if (name === 'time' || name.endsWith('_time')) return 'text';
  const values = rows.map(({ values }) => values[name]);
  return isNumeric(name, values) ? 'number' : 'text';
}

function leadText(name: string, row: RunRow) {
  if (name === 'uid') return <code class="uid">{shortUid(row.uid)}</code>;
  return valueCell(name, row.values[name], RUN_FIELDS) ?? shortUid(row.uid);
}

function cellOf(name: string, row: RunRow) {
  const value = row.values[name];
  if (name === 'status') return <Status of={row.status} />;
  if (name === 'scan_id' && row.scan_id !== undefined) return <a href={to.run(row.uid)}>{row.scan_id}</a>;
  if (name === 'activity_type') return <Activity row={row} />;
  if (name === 'workflow_id' && row.run_id !== undefined)
    return <a href={to.execution(row.run_id)}>{valueCell(name, value, RUN_FIELDS)}</a>;
  return valueCell(name, value, RUN_FIELDS);
}

/** The activity, with a link to its attempts if there are several. */
function Activity({ row: { attempt, activity_id, run_id, values } }: { row: RunRow }) {
  const name = valueCell('activity_type', values.activity_type, RUN_FIELDS);
  if (attempt === 1 || run_id === undefined) return name as never;
  const where = `run_id = ${formatLiteral(run_id)} AND activity_id = ${formatLiteral(activity_id)}`;
  return (
    <>
      {name}{' '}
      <a class="badge" href={to.runs({ where, attempts: true })} title="All attempts of this activity">
        attempt {attempt}
      </a>
    </>
  );
}
