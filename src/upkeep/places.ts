/**
 * Where text stands in a store: each table with its key, by which it is read in pages, and its columns. Node only.
 * @module
 */
import type { ColumnValue, Row, Statements } from './database';

/** How a column holds its text. `json`: JSON; `entry`: a value of a search table; `bytes`: a file by content. */
export type ColumnForm = 'text' | 'json' | 'entry' | 'bytes';

export interface Place {
  table: string;
  /** Unique together; in this order. */
  key: readonly string[];
  columns: Readonly<Record<string, ColumnForm>>;
}

function place(table: string, key: string, columns: string): Place {
  const forms = columns.split(' ').map((column) => {
    const [name, form = 'text'] = column.split(':');
    return [name!, form as ColumnForm] as const;
  });
  return { table, key: key.split(' '), columns: Object.fromEntries(forms) };
}

/** All that people or their programs wrote; ids of the store's own are left out. */
export const PLACES: readonly Place[] = [
  place('lab', 'id', 'name'),
  place('stash', 'lab_id key', 'key value:json'),
  place('stash_history', 'id', 'key value:json author:json'),
  place('path', 'id', 'path'),
  place('metadata', 'id', 'document:json'),
  place('metadata_field', 'path_id value metadata_id', 'value:entry'),
  place('run_field', 'path_id value seq', 'value:entry'),
  place('kind', 'id', 'namespace workflow_type activity_type task_queue'),
  place('execution', 'id', 'workflow_id start:json observed:json settled:json'),
  place('context', 'run_id n', 'document:json'),
  place('blob', 'id', 'bytes:bytes'),
  place('environment', 'id', 'document:json'),
  place('worker_session', 'id', 'document:json'),
  place('run', 'seq', 'activity_id facts:json own:json'),
  place('stop', 'seq', 'document:json'),
  place('settled', 'seq', 'document:json'),
  place('refusal', 'id', 'issues:json document:json'),
  place('decision', 'execution_id kind ordinal', 'name document:json'),
  place('checkpoint', 'run_start ordinal', 'document:json'),
  place('log_line', 'owner ordinal', 'message attributes:json'),
  place('asked_activity', 'execution_id activity_id', 'activity_id document:json'),
  place('late_report', 'id', 'owner document:json'),
  place('loss', 'session_id loss', 'detail'),
  place('tombstone', 'id', 'name reason'),
  place('place', 'id', 'host path'),
];

const ROWS_PER_PAGE = 200;

/** The rows of a place, a page at a time: no transaction is held open between two pages. */
export async function* pagesOf(
  statements: Statements,
  { table, key, columns }: Place,
): AsyncGenerator<Row[], void> {
  const wanted = [...new Set([...key, ...Object.keys(columns)])].join(', ');
  const order = key.join(', ');
  let after: ColumnValue[] | undefined;
  for (;;) {
    const where = after ? `WHERE (${order}) > (${key.map(() => '?').join(', ')})` : '';
    const rows = await statements.query(
      `SELECT ${wanted} FROM ${table} ${where} ORDER BY ${order} LIMIT ${ROWS_PER_PAGE}`,
      after,
    );
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_PER_PAGE) return;
    const last = rows.at(-1)!;
    after = key.map((column) => last[column]!);
  }
}

/** What people can find a row by. */
export function nameOfRow({ key }: Place, row: Row): string {
  return key.map((column) => `${column} ${String(row[column]).slice(0, 80)}`).join(', ');
}
