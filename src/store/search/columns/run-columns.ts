/**
 * The SQL of the known fields of runs, with the index of each. Only this file knows which fields have an index. Node only.
 * @module
 */
import type { ColumnField, Field } from '../../../filter/fields';
import type { SearchDialect } from '../dialect';
import { FAMILY_RUNS } from '../family';
import { type Fragment, sql } from '../fragment';
import { type ColumnSql, fact, ofDocument, own, referred } from './columns';
import { BUILD_ID, SESSION } from './session';

const COLUMNS: Readonly<Record<string, ColumnSql>> = {
  uid: own('uid', { index: true, always: true }),
  time: own('time', { index: 'run_time', always: true }),
  scan_id: own('scan_id', { index: 'run_scan', within: 'r.lab_id IN (SELECT id FROM lab)' }),
  attempt: own('attempt', { index: 'run_activity', always: true, scans: true }),
  activity_id: own('activity_id', { index: 'run_activity', always: true, scans: true }),
  scheduled_time: own('scheduled_time', { always: true }),
  lab: referred('lab', 'name', 'lab_id', 'run_scan'),
  namespace: referred('kind', 'namespace', 'kind_id', 'run_kind', 'stored'),
  workflow_type: referred('kind', "nullif(workflow_type, '')", 'kind_id', 'run_kind', 'stored'),
  activity_type: referred('kind', 'activity_type', 'kind_id', 'run_kind', 'stored'),
  task_queue: referred('kind', 'task_queue', 'kind_id', 'run_kind', 'stored'),
  is_local: referred('kind', 'is_local', 'kind_id', 'run_kind'),
  workflow_id: referred('execution', 'workflow_id', 'execution_id', 'run_activity'),
  run_id: referred('execution', 'run_id', 'execution_id', 'run_activity'),
  family: FAMILY_RUNS,
  environment: referred('environment', 'environment_id', 'environment_id', 'run_environment'),
  code: referred('environment', 'code_id', 'environment_id', 'run_environment'),
  session: SESSION,
  exit_status: ofDocument('stop', { column: 'exit_status' }, 'stop_exit_status'),
  stop_time: ofDocument('stop', { column: 'time' }, 'stop_time'),
  outcome: ofDocument('settled', { column: 'outcome' }, 'settled_outcome'),
  'settled.time': ofDocument('settled', { column: 'time' }),
  host: fact('facts', 'temporal.worker.host'),
  build_id: BUILD_ID,
  'error.type': {
    ...ofDocument('stop', { path: 'temporal.error.type' }, 'stop_error_type', "d.exit_status <> 'success'"),
    long: true,
  },
  'error.message': ofDocument('stop', { path: 'temporal.error.message' }),
  'stop.reason': ofDocument('stop', { path: 'reason' }),
  'stop.temporal.cancellation': ofDocument('stop', { path: 'temporal.cancellation' }),
  'stop.temporal.completes_async': ofDocument('stop', { path: 'temporal.completes_async', type: 'boolean' }),
  'stop.resources.duration_ms': ofDocument('stop', { path: 'resources.duration_ms', type: 'number' }),
  'stop.resources.max_rss_bytes': ofDocument('stop', { path: 'resources.max_rss_bytes', type: 'number' }),
};

/** Returns the SQL of a known field of runs. */
export function runColumn(field: ColumnField): ColumnSql {
  const column = COLUMNS[field.name];
  if (column) return column;
  if (field.name.startsWith('temporal.')) return fact('facts', field.name);
  throw new Error(`The field ${field.name} has no SQL.`);
}

/**
 * Returns the runs without a value. It reads only indexes, because the documents have many times as many pages. For fields of the
 * end, it includes runs that are still open after their code returned, because they complete from another process.
 */
export function runsWithout(name: string, dialect: SearchDialect): Fragment | undefined {
  const stop = dialect.table('stop', 'd', 'stop_exit_status');
  const settled = dialect.table('settled', 's', 'settled_outcome');
  if (name === 'exit_status' || name === 'stop_time')
    return sql`SELECT seq FROM open_run UNION ALL SELECT seq FROM (
      SELECT s.seq FROM ${settled} EXCEPT SELECT d.seq FROM ${stop}) unseen`;
  if (name === 'outcome')
    return sql`SELECT r.seq FROM ${dialect.table('run', 'r', 'run_time')} EXCEPT SELECT s.seq FROM ${settled}`;
  return undefined;
}

/** True if runs can be found by the field's value with an index or a small table. */
export function hasIndex(field: Field): boolean {
  if (field.kind !== 'column') return field.kind === 'metadata' || field.kind === 'lineage';
  return field.derived === true || runColumn(field).drive !== undefined;
}
