/**
 * Rows as records say them, before a database's own form, and the statements that write them: the same in both databases but for the
 * marks of values.
 * @module
 */
import type { ColumnForm, StoredTable } from './table';

/** A value of a column. */
export type Scalar = string | number | boolean | null;

/** A row of a table. A row as a value: the column has the key of that row, which is made where it is missing. */
export interface TableRow {
  readonly table: StoredTable;
  readonly values: Readonly<Record<string, Scalar | TableRow>>;
}

/** One statement with its values, in the order of their marks. */
export interface RowStatement {
  sql: string;
  values: { form: ColumnForm; value: Scalar }[];
}

/** The mark of the n-th value of a statement, from 1: `?` or `$1`. */
type Mark = (n: number) => string;
/** Notes a column's value, and gives its mark. */
type Bind = (row: TableRow, column: string) => string;

/**
 * Statements that write a row, the row's own last; one that is there already changes as its table says. The chain of PostgreSQL takes a
 * text that comes later where a row gets it that was there without: such a row is made first.
 */
export function rowStatements(row: TableRow, mark: Mark): [...RowStatement[], RowStatement] {
  const before = Object.values(row.values).filter(isRow);
  if (row.table.chained?.comes === 'later') before.push(row);
  return [...before.map((one) => stub(one, mark)), ownStatement(row, mark)];
}

/** Makes a row where it is missing, with what it never changes; a row that is there takes no number of its table. */
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
