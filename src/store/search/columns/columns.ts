/**
 * What a known field is in SQL: its value for one record, a test of it, and the index that leads from a value to the records.
 * Node only.
 * @module
 */
import type { ColumnField, ColumnType, Literal } from '../../../filter/fields';
import type { Bound, Leaf, Test } from '../../../filter/normal-form';
import { BEGINNING_LENGTH, type SearchDialect, type TextForm } from '../dialect';
import { Fragment, join, list, raw, sql } from '../fragment';

/** A record's row under the name that the query gives it. */
export interface Row {
  column(name: string): Fragment;
}

/** The row of the table with this alias. */
export function rowOf(dialect: SearchDialect, alias: string): Row {
  return { column: (name) => dialect.column(alias, name) };
}

type TestSql = (value: Fragment) => Fragment;

/** A known field in SQL. */
export interface ColumnSql {
  /** Its value for one record; NULL where it has none. */
  value(row: Row, dialect: SearchDialect): Fragment;
  /** The condition that its value passes a test; that of `value` when absent. */
  holds?(row: Row, test: TestSql, dialect: SearchDialect): Fragment;
  /** Keys of the records whose value passes, by an index; absent where none leads there. */
  drive?(test: TestSql, dialect: SearchDialect): Fragment;
  form: TextForm;
  /** Its text may be longer than an index takes: the index of PostgreSQL has its beginning. */
  long?: true;
  /** Every record has it. */
  always?: true;
  /** A record has several values, of which one has to pass. */
  several?: true;
  /** The index does not begin with it, and is gone through in full: less than the records are, more than what passes. */
  scans?: true;
}

/** A column of `run` itself. `index`: true where it is the one of a UNIQUE column; `within` is a condition that it begins with. */
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

/**
 * A column of a document that belongs to one run, or a fact of the document itself. `index`, with what holds for each row of it where
 * it does not hold all.
 */
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

/** A fact that stands in a JSON column of the record alone. */
export function fact(column: string, path: string, type: ColumnType = 'text'): ColumnSql {
  return { value: (row, dialect) => dialect.fact(row.column(column), path, type), form: 'fact' };
}

/** The value for an order. */
export function orderValue(
  field: ColumnField,
  column: ColumnSql,
  row: Row,
  dialect: SearchDialect,
): Fragment {
  const value = column.value(row, dialect);
  return field.type === 'text' ? dialect.byCodePoint(value) : value;
}

/** The test on one record. Where it has no such value, neither the test nor its negation holds. */
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

/** Keys of the records that pass, by an index; undefined where none leads there. */
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

/** A test without negation that passes the same records; in a closed set of values, `!=` is one of the others. */
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

/** What holds for the beginning of each text that passes the test. */
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
      // Equal is equal in any order of letters: an index that has another one serves it too.
      if (test.values.length === 1) return sql`(${bare} = ${bind(test.values[0]!)})`;
      return sql`(${bare} IN (${list(test.values.map(bind))}))`;
    case 'prefix':
      return prefixTest(value, test.prefix, bind);
    case 'range':
      return rangeTest(value, test, bind) ?? dialect.yes;
  }
}

/** The ends of a range that there are; undefined where there is none. */
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

/** A range of the index first, where the end of the prefix is a character that has a next one. */
function prefixTest(value: Fragment, prefix: string, bind: (value: string) => Fragment): Fragment {
  const start = sql`substr(${value}, 1, ${[...prefix].length}) = ${bind(prefix)}`;
  const last = prefix.charCodeAt(prefix.length - 1);
  const next = last < 0x7f ? prefix.slice(0, -1) + String.fromCharCode(last + 1) : undefined;
  if (next === undefined) return sql`(${value} >= ${bind(prefix)} AND ${start})`;
  return sql`(${value} >= ${bind(prefix)} AND ${value} < ${bind(next)} AND ${start})`;
}
