/**
 * The SQL of a known field: its value for one record, a test of it, and the index that finds records by value. Node only.
 * @module
 */
import type { ColumnField, ColumnType, Literal } from '../../../filter/fields';
import type { Bound, Leaf, Test } from '../../../filter/normal-form';
import { BEGINNING_LENGTH, type SearchDialect, type TextForm } from '../dialect';
import { Fragment, join, list, raw, sql } from '../fragment';

/** A record's row under the alias of the query. */
export interface Row {
  column(name: string): Fragment;
}

/** Returns the row of the table with this alias. */
export function rowOf(dialect: SearchDialect, alias: string): Row {
  return { column: (name) => dialect.column(alias, name) };
}

type TestSql = (value: Fragment) => Fragment;

/** The SQL of a known field. */
export interface ColumnSql {
  /** Returns its value for one record; NULL if it has none. */
  value(row: Row, dialect: SearchDialect): Fragment;
  /** Returns a condition that is true if the value passes a test. Default: the test is applied to `value`. */
  holds?(row: Row, test: TestSql, dialect: SearchDialect): Fragment;
  /** Returns the keys of the records whose value passes, by an index. Absent if there is no index. */
  drive?(test: TestSql, dialect: SearchDialect): Fragment;
  form: TextForm;
  /** Its text can be too long for an index. PostgreSQL's index contains only the beginning. */
  long?: true;
  /** Every record has a value. */
  always?: true;
  /** A record can have several values. One of them has to pass. */
  several?: true;
  /**
   * The index does not begin with this field, so all of it is scanned. It is smaller than the records, but larger than the
   * result.
   */
  scans?: true;
}

/**
 * A column of `run` itself. `index`: true if it is the index of a UNIQUE column. `within`: a condition on the columns that come
 * first in the index.
 */
export function own(
  name: string,
  options: Partial<ColumnSql> & { index?: string | true; within?: string } = {},
): ColumnSql {
  const { index, within, ...facts } = options;
  const prefix = within === undefined ? raw('') : raw(`${within} AND `);
  const by = index === true ? undefined : index;
  return {
    value: (row) => row.column(name),
    ...(index !== undefined && {
      drive: (test, dialect) =>
        sql`SELECT r.seq FROM ${dialect.table('run', 'r', by)} WHERE ${prefix}${test(raw(`r.${name}`))}`,
    }),
    form: 'indexed',
    ...facts,
  };
}

/** A column of a small table that a run refers to by `key`. */
export function referred(
  table: string,
  expression: string,
  key: string,
  index?: string,
  form: TextForm = 'indexed',
): ColumnSql {
  const [from, value, by] = [raw(table), raw(expression), raw(`r.${key}`)];
  const passing = (test: TestSql) => sql`SELECT id FROM ${from} WHERE ${test(value)}`;
  return {
    value: (row) => sql`(SELECT ${value} FROM ${from} WHERE id = ${row.column(key)})`,
    holds: (row, test, dialect) =>
      dialect.planning === 'planned'
        ? sql`(${row.column(key)} IN (${passing(test)}))`
        : test(sql`(SELECT ${value} FROM ${from} WHERE id = ${row.column(key)})`),
    ...(index !== undefined && {
      drive: (test, dialect) =>
        sql`SELECT r.seq FROM ${dialect.table('run', 'r', index)} WHERE ${by} IN (${passing(test)})`,
    }),
    form,
  };
}

/** A column of a run's document, or a fact in that document. `rows`: the condition of a partial `index`. */
export function ofDocument(
  table: 'stop' | 'settled',
  place: { column: string } | { path: string; type?: ColumnType },
  index?: string,
  rows?: string,
): ColumnSql {
  const from = raw(table);
  const some = rows === undefined ? raw('') : raw(`${rows} AND `);
  const value = (dialect: SearchDialect) =>
    'column' in place
      ? raw(`d.${place.column}`)
      : dialect.fact(raw('d.document'), place.path, place.type ?? 'text');
  return {
    value: (row, dialect) =>
      sql`(SELECT ${value(dialect)} FROM ${from} d WHERE d.seq = ${row.column('seq')})`,
    holds: (row, test, dialect) =>
      sql`(EXISTS (SELECT 1 FROM ${from} d WHERE d.seq = ${row.column('seq')} AND ${some}${test(value(dialect))}))`,
    ...(index !== undefined && {
      drive: (test, dialect) =>
        sql`SELECT d.seq FROM ${dialect.table(table, 'd', index)} WHERE ${some}${test(value(dialect))}`,
    }),
    form: 'fact',
  };
}

/** A fact that is only in a JSON column of the record. */
export function fact(column: string, path: string, type: ColumnType = 'text'): ColumnSql {
  return { value: (row, dialect) => dialect.fact(row.column(column), path, type), form: 'fact' };
}

/** Returns the value for an order. */
export function orderValue(
  field: ColumnField,
  column: ColumnSql,
  row: Row,
  dialect: SearchDialect,
): Fragment {
  const value = column.value(row, dialect);
  return field.type === 'text' ? dialect.byCodePoint(value) : value;
}

/** Returns the test of one record. A record without a value passes neither the test nor its negation. */
export function columnTest(
  leaf: Leaf,
  field: ColumnField,
  column: ColumnSql,
  row: Row,
  dialect: SearchDialect,
): Fragment {
  const value = column.value(row, dialect);
  if (leaf.test.kind === 'present')
    return leaf.negated ? sql`(${value} IS NULL)` : sql`(${value} IS NOT NULL)`;
  const test = testOf(leaf.test, field, column, dialect);
  if (leaf.negated && column.several)
    return sql`(${value} IS NOT NULL AND NOT ${column.holds!(row, test, dialect)})`;
  const wanted: TestSql = leaf.negated ? (one) => sql`NOT ${test(one)}` : test;
  return column.holds ? column.holds(row, wanted, dialect) : wanted(value);
}

/** Returns keys of the records that pass, by an index; undefined if there is no index. */
export function columnDriver(
  leaf: Leaf,
  field: ColumnField,
  column: ColumnSql,
  dialect: SearchDialect,
): Fragment | undefined {
  const test = positiveTest(leaf, field);
  if (!test || test.kind === 'present') return undefined;
  return column.drive?.(testOf(test, field, column, dialect), dialect);
}

/** Returns a test without negation that the same records pass. For a closed set of values, `!=` means any of the other values. */
function positiveTest({ test, negated }: Leaf, field: ColumnField): Test | undefined {
  if (!negated) return test;
  if (test.kind !== 'equals' || !field.values) return undefined;
  return { kind: 'equals', values: field.values.filter((value) => !test.values.includes(value)) };
}

function testOf(test: Test, field: ColumnField, { form, long }: ColumnSql, dialect: SearchDialect): TestSql {
  const bind = (value: Literal) => dialect.literal(value, form);
  const exact: TestSql = (bare) => {
    const value = field.type === 'text' ? dialect.byCodePoint(bare) : bare;
    return valueTest(test, { bare, value }, bind, dialect);
  };
  if (!long || !dialect.beginning) return exact;
  const loose = beginningTest(test);
  return (bare) => {
    const value = dialect.beginning!(bare);
    return sql`(${valueTest(loose, { bare: value, value }, bind, dialect)} AND ${exact(bare)})`;
  };
}

/** Returns a test for the beginning of a text. Every text that passes the given test passes it too. */
function beginningTest(test: Test): Test {
  const cut = <T extends Literal>(value: T) =>
    (typeof value === 'string' ? [...value].slice(0, BEGINNING_LENGTH).join('') : value) as T;
  const bound = (end: Bound | undefined) => end && { value: cut(end.value), inclusive: true };
  switch (test.kind) {
    case 'present':
      return test;
    case 'equals':
      return { ...test, values: test.values.map(cut) };
    case 'prefix':
      return { ...test, prefix: cut(test.prefix) };
    case 'range':
      return { ...test, low: bound(test.low), high: bound(test.high) };
  }
}

function valueTest(
  test: Test,
  { bare, value }: { bare: Fragment; value: Fragment },
  bind: (value: Literal) => Fragment,
  dialect: SearchDialect,
): Fragment {
  switch (test.kind) {
    case 'present':
      return sql`(${value} IS NOT NULL)`;
    case 'equals':
      if (test.values.length === 0) return dialect.no;
      // Equality is the same in any collation, so an index with another collation can be used too.
      if (test.values.length === 1) return sql`(${bare} = ${bind(test.values[0]!)})`;
      return sql`(${bare} IN (${list(test.values.map(bind))}))`;
    case 'prefix':
      return prefixTest(value, test.prefix, bind);
    case 'range':
      return rangeTest(value, test, bind) ?? dialect.yes;
  }
}

/** Returns a test for the given ends of a range; undefined if no end is given. */
export function rangeTest(
  value: Fragment,
  { low, high }: { low?: Bound; high?: Bound },
  bind: (value: Bound['value']) => Fragment,
): Fragment | undefined {
  const ends: Fragment[] = [];
  if (low) ends.push(sql`(${value} ${raw(low.inclusive ? '>=' : '>')} ${bind(low.value)})`);
  if (high) ends.push(sql`(${value} ${raw(high.inclusive ? '<=' : '<')} ${bind(high.value)})`);
  return ends.length === 0 ? undefined : join(ends, 'AND', new Fragment('', []));
}

/** Tests a range of the index first. This is possible if the last character of the prefix has a successor. */
function prefixTest(value: Fragment, prefix: string, bind: (value: string) => Fragment): Fragment {
  const start = sql`substr(${value}, 1, ${[...prefix].length}) = ${bind(prefix)}`;
  const last = prefix.charCodeAt(prefix.length - 1);
  const next = last < 0x7f ? prefix.slice(0, -1) + String.fromCharCode(last + 1) : undefined;
  if (next === undefined) return sql`(${value} >= ${bind(prefix)} AND ${start})`;
  return sql`(${value} >= ${bind(prefix)} AND ${value} < ${bind(next)} AND ${start})`;
}
