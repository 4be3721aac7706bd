/**
 * What each known field of a run is in SQL. Node only.
 * @module
 */

import type { Literal } from '../../filter/filter';
import type { Bound, Leaf, Test } from '../../filter/normal-form';
import type { ColumnField } from '../../filter/run-fields';
import { Fragment, join, sql } from '../fragment';
import { indexedText, storedText } from './text';

/** A run's row under the name that the query gives it. */
export interface RunRow {
  seq: Fragment;
  metadata_id: Fragment;
  column(name: string): Fragment;
}

/** The run itself, and a later run of the same activity. */
export const RUN: RunRow = rowNamed('r');
export const LATER: RunRow = rowNamed('later');

function rowNamed(alias: string): RunRow {
  const column = (name: string) => new Fragment(`${alias}.${name}`, []);
  return { seq: column('seq'), metadata_id: column('metadata_id'), column };
}

interface ColumnSql {
  /** The field's value for one run; NULL where it has none. */
  value(run: RunRow): Fragment;
  /** A condition on a run by a test of the value; when absent, the test of `value`. */
  holds?(run: RunRow, test: (value: Fragment) => Fragment): Fragment;
  /** The form in which texts stand in the column. */
  text(text: string): string;
}

function own(name: string): ColumnSql {
  return { value: (run) => run.column(name), text: indexedText };
}

/** A column of a table that `run` refers to. */
function referred(table: string, expression: string, key: string, text = indexedText): ColumnSql {
  const value = new Fragment(expression, []);
  const from = new Fragment(table, []);
  return {
    value: (run) => sql`(SELECT ${value} FROM ${from} WHERE ${from}.id = ${run.column(key)})`,
    holds: (run, test) => sql`(${run.column(key)} IN (SELECT id FROM ${from} WHERE ${test(value)}))`,
    text,
  };
}

/** A column of a document that belongs to one run. */
function document(table: 'stop' | 'settled', expression: string): ColumnSql {
  const value = new Fragment(expression, []);
  const from = new Fragment(table, []);
  return {
    value: (run) => sql`(SELECT ${value} FROM ${from} d WHERE d.seq = ${run.seq})`,
    holds: (run, test) => sql`(EXISTS (SELECT FROM ${from} d WHERE d.seq = ${run.seq} AND ${test(value)}))`,
    text: plainText,
  };
}

/** A fact that stands in the start document alone. */
function fact(path: string): ColumnSql {
  const keys = new Fragment(keysOf(path), []);
  return { value: (run) => sql`fact(${run.column('facts')}, ${keys})`, text: plainText };
}

const inDocument = (path: string) => `fact(d.document, ${keysOf(path)})`;

function keysOf(path: string): string {
  return path
    .split('.')
    .map((key) => `'${key}'`)
    .join(', ');
}

/** As the function `fact` gives it. */
function plainText(text: string): string {
  return text.replace(/\p{Surrogate}|\0/gu, '\ufffd');
}

const COLUMNS: Readonly<Record<string, ColumnSql>> = {
  uid: own('uid'),
  time: own('time'),
  scan_id: own('scan_id'),
  attempt: own('attempt'),
  activity_id: own('activity_id'),
  scheduled_time: own('scheduled_time'),
  lab: referred('lab', 'name', 'lab_id'),
  namespace: referred('kind', 'namespace', 'kind_id', storedText),
  workflow_type: referred('kind', "nullif(workflow_type, '')", 'kind_id', storedText),
  activity_type: referred('kind', 'activity_type', 'kind_id', storedText),
  task_queue: referred('kind', 'task_queue', 'kind_id', storedText),
  is_local: referred('kind', 'is_local', 'kind_id'),
  workflow_id: referred('execution', 'workflow_id', 'execution_id'),
  run_id: referred('execution', 'run_id', 'execution_id'),
  environment: referred('environment', 'environment_id', 'environment_id'),
  code: referred('environment', 'code_id', 'environment_id'),
  session: referred('worker_session', 'session_id', 'session_id'),
  exit_status: document('stop', 'd.exit_status'),
  stop_time: document('stop', 'd.time'),
  outcome: document('settled', 'd.outcome'),
  'settled.time': document('settled', 'd.time'),
  host: fact('temporal.worker.host'),
  'stop.reason': document('stop', inDocument('reason')),
  'stop.temporal.error.type': document('stop', inDocument('temporal.error.type')),
  'stop.temporal.error.message': document('stop', inDocument('temporal.error.message')),
  'stop.temporal.cancellation': document('stop', inDocument('temporal.cancellation')),
  'stop.resources.duration_ms': document('stop', `${inDocument('resources.duration_ms')}::float8`),
  'stop.resources.max_rss_bytes': document('stop', `${inDocument('resources.max_rss_bytes')}::float8`),
};

function sqlOf(field: ColumnField): ColumnSql {
  const column = COLUMNS[field.name];
  if (column) return column;
  if (field.name.startsWith('temporal.')) return fact(field.name);
  throw new Error(`The field ${field.name} has no SQL.`);
}

/** The field's value for one run, for an order. */
export function columnValue(field: ColumnField, run: RunRow): Fragment {
  const value = sqlOf(field).value(run);
  return field.type === 'text' ? sql`${value} COLLATE "C"` : value;
}

/** The test on one run. Where the run has no such value, neither the test nor its negation holds. */
export function columnTest(leaf: Leaf, field: ColumnField, run: RunRow): Fragment {
  const column = sqlOf(field);
  const test = (value: Fragment) => testOf(leaf, field, column, value);
  if (leaf.test.kind === 'present') {
    return leaf.negated ? sql`(${column.value(run)} IS NULL)` : sql`(${column.value(run)} IS NOT NULL)`;
  }
  return column.holds ? column.holds(run, test) : test(column.value(run));
}

function testOf(leaf: Leaf, field: ColumnField, column: ColumnSql, value: Fragment): Fragment {
  const positive = plainTest(leaf.test, field, column, value);
  return leaf.negated ? sql`NOT ${positive}` : positive;
}

function plainTest(test: Test, field: ColumnField, column: ColumnSql, bare: Fragment): Fragment {
  const value = field.type === 'text' ? sql`(${bare}) COLLATE "C"` : bare;
  const bound = (literal: Literal) => typed(literal, column);
  switch (test.kind) {
    case 'present':
      return sql`(${value} IS NOT NULL)`;
    case 'equals':
      if (test.values.length === 0) return sql`(${value} IS NULL AND ${value} IS NOT NULL)`;
      return sql`(${value} IN (${list(test.values.map(bound))}))`;
    case 'prefix':
      return sql`(${value} >= ${column.text(test.prefix)} AND starts_with(${value}, ${column.text(test.prefix)}))`;
    case 'range': {
      const ends = [
        test.low && end('>', value, test.low, bound),
        test.high && end('<', value, test.high, bound),
      ];
      return join(
        ends.filter((one) => one !== undefined),
        'AND',
        sql`true`,
      );
    }
  }
}

function end(sign: '<' | '>', value: Fragment, one: Bound, bound: (literal: Literal) => Fragment): Fragment {
  const operator = new Fragment(one.inclusive ? `${sign}=` : sign, []);
  return sql`(${value} ${operator} ${bound(one.value)})`;
}

/** A whole number as an integer, so that an index on integers serves it. */
function typed(literal: Literal, column: ColumnSql): Fragment {
  if (typeof literal === 'boolean') return literal ? sql`true` : sql`false`;
  if (typeof literal === 'string') return sql`${column.text(literal)}`;
  return Number.isSafeInteger(literal) ? sql`${literal}::bigint` : sql`${literal}::float8`;
}

/** Pieces with commas between them. */
export function list(pieces: readonly Fragment[], separator = ', '): Fragment {
  return new Fragment(
    pieces.map((piece) => piece.text).join(separator),
    pieces.flatMap((piece) => piece.values),
  );
}
