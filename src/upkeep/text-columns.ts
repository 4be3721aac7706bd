/**
 * The columns of a store that contain text of people or their programs, read in pages. Node only.
 * @module
 */
import { TABLES } from '../store/records';
import type { ColumnContent, StoredTable } from '../store/records/table';
import type { ColumnValue, Row, Statements } from './database';

/** Returns the tables with such columns. */
export function tablesWithText(): StoredTable[] {
  return TABLES.filter((table) => textColumns(table).length > 0);
}

/** Returns these columns of a table with the form of their text. */
export function textColumns({ columns }: StoredTable): [column: string, content: ColumnContent][] {
  return Object.entries(columns).flatMap(([column, { content }]) =>
    content === undefined ? [] : [[column, content] as [string, ColumnContent]],
  );
}

const ROWS_PER_PAGE = 200;

/**
 * Reads the rows of a table page by page. No transaction is open between two pages.
 * @param columns in addition to the key; default: its {@link textColumns}
 */
export async function* pagesOf(
  statements: Statements,
  table: StoredTable,
  columns: readonly string[] = textColumns(table).map(([column]) => column),
): AsyncGenerator<Row[], void> {
  const { name, key } = table;
  const wanted = [...new Set([...key, ...columns])].join(', ');
  const order = key.join(', ');
  let after: ColumnValue[] | undefined;
  for (;;) {
    const where = after ? `WHERE (${order}) > (${key.map(() => '?').join(', ')})` : '';
    const rows = await statements.query(
      `SELECT ${wanted} FROM ${name} ${where} ORDER BY ${order} LIMIT ${ROWS_PER_PAGE}`,
      after,
    );
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_PER_PAGE) return;
    const last = rows.at(-1)!;
    after = key.map((column) => last[column]!);
  }
}

/** Returns the name of a row for people. */
export function nameOfRow({ key }: StoredTable, row: Row): string {
  return key.map((column) => `${column} ${String(row[column]).slice(0, 80)}`).join(', ');
}
