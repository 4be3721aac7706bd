/**
 * Rows as records describe them, before they take a database's form, and the statements that write them. Both databases use the
 * same statements, except for the placeholders of values.
 * @module
 */
import type { ColumnForm, StoredTable } from './table';

/** A value of a column. */
export type Scalar = string | number | boolean | null;

/** A row of a table. If a value is a row, the column has the key of that row, which is created if missing. */
export interface TableRow {
  readonly table: StoredTable;
  readonly values: Readonly<Record<string, Scalar | TableRow>>;
}

/** A statement with its values, in the order of their placeholders. */
export interface RowStatement {
  sql: string;
  values: { form: ColumnForm; value: Scalar }[];
}

/** Returns the placeholder of the n-th value of a statement, from 1: `?` or `$1`. */
type Mark = (n: number) => string;
/** Adds a column's value and returns its placeholder. */
type Bind = (row: TableRow, column: string) => string;

/**
 * Returns statements that write a row, the row's own last. An existing row changes as its table defines. If a table's final text
 * can come later, a row without the text is created first. PostgreSQL's chain sees such a text only in an update.
 */
export function rowStatements(row: TableRow, mark: Mark): [...RowStatement[], RowStatement] {
  const before = Object.values(row.values).filter(isRow);
  if (row.table.chained?.comes === 'later') before.push(row);
  return [...before.map((one) => stub(one, mark)), ownStatement(row, mark)];
}

/**
 * Returns a statement that creates a missing row with its unchanging columns. If the row exists, no number of the table is used
 * up.
 */
function stub(row: TableRow, mark: Mark): RowStatement {
  const { name, columns } = row.table;
  const own = Object.keys(row.values).filter((column) => !columns[column]!.completed);
  return statement(mark, (bind) => {
    const marks = own.map((column) => bind(row, column));
    return `INSERT INTO ${name} (${own.join(', ')}) SELECT ${marks.join(', ')} WHERE NOT EXISTS (${keyOf(row, bind)})`;
  });
}

function ownStatement(row: TableRow, mark: Mark): RowStatement {
  const { table, values } = row;
  const columns = Object.keys(values);
  return statement(mark, (bind) => {
    const marks = Object.entries(values).map(([column, value]) =>
      isRow(value) ? `(${keyOf(value, bind)})` : bind(row, column),
    );
    return `INSERT INTO ${table.name} AS was (${columns.join(', ')}) VALUES (${marks.join(', ')})
      ON CONFLICT ${onConflict(table, columns)}`;
  });
}

function onConflict({ columns, identity, key, again }: StoredTable, written: readonly string[]): string {
  if (again === undefined) return 'DO NOTHING';
  const changes = written
    .filter((column) => columns[column]!.completed)
    .map((column) => `${column} = ${columns[column]!.summed ? `was.${column} + ` : ''}excluded.${column}`);
  return `(${identity ?? key.join(', ')}) DO UPDATE SET ${changes.join(', ')} WHERE ${again}`;
}

function keyOf(row: TableRow, bind: Bind): string {
  const { name, key, identity } = row.table;
  return `SELECT ${key[0]} FROM ${name} WHERE ${identity} = ${bind(row, identity!)}`;
}

function statement(mark: Mark, text: (bind: Bind) => string): RowStatement {
  const values: RowStatement['values'] = [];
  const sql = text((row, column) =>
    mark(values.push({ form: row.table.columns[column]!.form, value: row.values[column] as Scalar })),
  );
  return { sql, values };
}

function isRow(value: Scalar | TableRow): value is TableRow {
  return typeof value === 'object' && value !== null;
}
