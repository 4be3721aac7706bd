/**
 * What each known field of a run is in SQL: its value for one run, and the index that leads from a value to its runs.
 * A unary + keeps SQLite's planner from choosing an index by itself: the search chooses. Node only.
 * @module
 */

import type { Literal } from '../../filter/filter';
import type { Bound, Leaf, Test } from '../../filter/normal-form';
import type { ColumnField } from '../../filter/run-fields';
import { Fragment, join, type SqlValue, sql, tuple } from '../fragment';

/** A run's row under the name that the query gives it. */
export interface RunRow {
  seq: Fragment;
  metadata_id: Fragment;
  /** Any other column. */
  column(name: string): Fragment;
}

/** The run itself, and a later run of the same activity. */
export const RUN: RunRow = rowNamed('r');
export const LATER: RunRow = rowNamed('later');

function rowNamed(alias: string): RunRow {
  const column = (name: string) => new Fragment(`+${alias}.${name}`, []);
  return { seq: column('seq'), metadata_id: column('metadata_id'), column };
}

interface ColumnSql {
  /** The field's value for one run; NULL where it has none. */
  value(run: RunRow): Fragment;
  /** Runs by a test on the indexed expression; absent where no index leads there. */
  drive?(test: (indexed: Fragment) => Fragment): Fragment;
}

/** A column of `run`, with its index where there is one. */
function own(name: string, drive?: ColumnSql['drive']): ColumnSql {
  return { value: (run) => run.column(name), drive };
}

/** A column of a small table that `run` refers to. */
function referred(table: string, expression: string, key: string, index?: string): ColumnSql {
  const value = new Fragment(expression, []);
  const from = new Fragment(table, []);
  const column = new Fragment(key, []);
  const by = new Fragment(index ?? '', []);
  return {
    value: (run) => sql`(SELECT ${value} FROM ${from} WHERE id = ${run.column(key)})`,
    drive: index
      ? (test) =>
          sql`SELECT seq FROM run INDEXED BY ${by} WHERE ${column} IN (SELECT id FROM ${from} WHERE ${test(value)})`
      : undefined,
  };
}

/** A column of a document that belongs to one run. */
function document(table: 'stop' | 'settled', expression: string, index?: string): ColumnSql {
  const value = new Fragment(expression, []);
  const from = new Fragment(table, []);
  const by = new Fragment(index ?? '', []);
  return {
    value: (run) => sql`(SELECT ${value} FROM ${from} WHERE seq = ${run.seq})`,
    drive: index ? (test) => sql`SELECT seq FROM ${from} INDEXED BY ${by} WHERE ${test(value)}` : undefined,
  };
}

/** A fact that stands in the start document alone. */
function fact(path: string): ColumnSql {
  return { value: (run) => sql`json_extract(${run.column('facts')}, ${path})` };
}

const UID = new Fragment('uid', []);
const TIME = new Fragment('time', []);
const ATTEMPT = new Fragment('attempt', []);
const ACTIVITY_ID = new Fragment('activity_id', []);
const SCAN_ID = new Fragment('scan_id', []);

const COLUMNS: Readonly<Record<string, ColumnSql>> = {
  uid: own('uid', (test) => sql`SELECT seq FROM run WHERE ${test(UID)}`),
  time: own('time', (test) => sql`SELECT seq FROM run INDEXED BY run_time WHERE ${test(TIME)}`),
  scan_id: own(
    'scan_id',
    (test) =>
      sql`SELECT seq FROM run INDEXED BY run_scan WHERE lab_id IN (SELECT id FROM lab) AND ${test(SCAN_ID)}`,
  ),
  attempt: own('attempt', (test) => sql`SELECT seq FROM run INDEXED BY run_activity WHERE ${test(ATTEMPT)}`),
  activity_id: own(
    'activity_id',
    (test) => sql`SELECT seq FROM run INDEXED BY run_activity WHERE ${test(ACTIVITY_ID)}`,
  ),
  scheduled_time: own('scheduled_time'),
  lab: referred('lab', 'name', 'lab_id', 'run_scan'),
  namespace: referred('kind', 'namespace', 'kind_id', 'run_kind'),
  workflow_type: referred('kind', "nullif(workflow_type, '')", 'kind_id', 'run_kind'),
  activity_type: referred('kind', 'activity_type', 'kind_id', 'run_kind'),
  task_queue: referred('kind', 'task_queue', 'kind_id', 'run_kind'),
  is_local: referred('kind', 'is_local', 'kind_id', 'run_kind'),
  workflow_id: referred('execution', 'workflow_id', 'execution_id', 'run_activity'),
  run_id: referred('execution', 'run_id', 'execution_id', 'run_activity'),
  environment: referred('environment', 'environment_id', 'environment_id', 'run_environment'),
  code: referred('environment', 'code_id', 'environment_id', 'run_environment'),
  session: referred('worker_session', 'session_id', 'session_id'),
  exit_status: document('stop', 'exit_status', 'stop_exit_status'),
  stop_time: document('stop', 'time'),
  outcome: document('settled', 'outcome', 'settled_outcome'),
  'settled.time': document('settled', 'time'),
  host: fact('$.temporal.worker.host'),
  'temporal.worker.identity': fact('$.temporal.worker.identity'),
  'temporal.worker.build_id': fact('$.temporal.worker.build_id'),
  'temporal.worker.deployment': fact('$.temporal.worker.deployment'),
  'temporal.schedule_id': fact('$.temporal.schedule_id'),
  'temporal.trace_id': fact('$.temporal.trace_id'),
  'temporal.first_execution_run_id': fact('$.temporal.first_execution_run_id'),
  'temporal.parent.workflow_id': fact('$.temporal.parent.workflow_id'),
  'temporal.parent.run_id': fact('$.temporal.parent.run_id'),
  'temporal.root.workflow_id': fact('$.temporal.root.workflow_id'),
  'temporal.root.run_id': fact('$.temporal.root.run_id'),
  'stop.reason': document('stop', "json_extract(document, '$.reason')"),
  'stop.temporal.error.type': document('stop', "json_extract(document, '$.temporal.error.type')"),
  'stop.temporal.error.message': document('stop', "json_extract(document, '$.temporal.error.message')"),
  'stop.temporal.cancellation': document('stop', "json_extract(document, '$.temporal.cancellation')"),
  'stop.resources.duration_ms': document('stop', "json_extract(document, '$.resources.duration_ms')"),
  'stop.resources.max_rss_bytes': document('stop', "json_extract(document, '$.resources.max_rss_bytes')"),
};

/** Runs without a value, by indexes alone: the documents' own pages are many times as many. */
const WITHOUT: Readonly<Record<string, Fragment>> = {
  exit_status: sql`SELECT seq FROM open_run UNION ALL SELECT seq FROM (
    SELECT seq FROM settled INDEXED BY settled_outcome EXCEPT SELECT seq FROM stop INDEXED BY stop_exit_status)`,
  outcome: sql`SELECT seq FROM run INDEXED BY run_time EXCEPT SELECT seq FROM settled INDEXED BY settled_outcome`,
};

/** The field's value for one run. */
export function columnValue(field: ColumnField, run: RunRow): Fragment {
  return sqlOf(field).value(run);
}

/** The test on one run. NULL, which holds as little as false, where the run has no such value. */
export function columnTest(leaf: Leaf, field: ColumnField, run: RunRow): Fragment {
  const test = testOf(leaf.test, columnValue(field, run));
  return leaf.negated ? sql`NOT ${test}` : test;
}

/** Runs that pass, by an index; undefined where none leads there. */
export function columnDriver(leaf: Leaf, field: ColumnField): Fragment | undefined {
  if (leaf.negated && leaf.test.kind === 'present') return WITHOUT[field.name];
  const test = positiveTest(leaf, field);
  if (!test || test.kind === 'present') return undefined;
  return sqlOf(field).drive?.((indexed) => testOf(test, indexed));
}

/** A test without negation that passes the same runs; in a closed set of values, `!=` is one of the others. */
function positiveTest(leaf: Leaf, field: ColumnField): Test | undefined {
  if (!leaf.negated) return leaf.test;
  const { test } = leaf;
  if (test.kind !== 'equals' || !field.values) return undefined;
  return { kind: 'equals', values: field.values.filter((value) => !test.values.includes(value)) };
}

function sqlOf(field: ColumnField): ColumnSql {
  const column = COLUMNS[field.name];
  if (!column) throw new Error(`The field ${field.name} has no SQL.`);
  return column;
}

function testOf(test: Test, value: Fragment): Fragment {
  switch (test.kind) {
    case 'present':
      return sql`(${value} IS NOT NULL)`;
    case 'equals':
      if (test.values.length === 1) return sql`(${value} = ${bindable(test.values[0]!)})`;
      return sql`(${value} IN ${tuple(test.values.map(bindable))})`;
    case 'prefix': {
      const length = [...test.prefix].length;
      return sql`(${value} >= ${test.prefix} AND substr(${value}, 1, ${length}) = ${test.prefix})`;
    }
    case 'range': {
      const bounds = [test.low && bound('>', value, test.low), test.high && bound('<', value, test.high)];
      return join(
        bounds.filter((one) => one !== undefined),
        'AND',
        sql`1`,
      );
    }
  }
}

function bound(sign: '<' | '>', value: Fragment, end: Bound): Fragment {
  const literal = bindable(end.value);
  if (sign === '<') return end.inclusive ? sql`(${value} <= ${literal})` : sql`(${value} < ${literal})`;
  return end.inclusive ? sql`(${value} >= ${literal})` : sql`(${value} > ${literal})`;
}

/** Booleans are stored as 0 and 1. */
function bindable(value: Literal): SqlValue {
  return typeof value === 'boolean' ? Number(value) : value;
}
