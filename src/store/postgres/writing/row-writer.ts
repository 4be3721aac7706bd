/**
 * Writes records that are one row each, according to the descriptions of their tables. Triggers add final texts to the chain.
 * Node only.
 * @module
 */
import type { ColumnForm } from '../../records/table';
import { rowStatements, type Scalar, type TableRow } from '../../records/table-row';
import type { Client } from '../connection/connection';
import { writtenForm } from '../values/forms';
import { storedText } from '../values/text';

const mark = (n: number) => `$${n}`;

/** Writes a row in the client's transaction, which holds the writers' lock. */
export async function writeRow(client: Client, row: TableRow): Promise<void> {
  for (const { sql, values } of rowStatements(row, mark))
    await client.query(
      sql,
      values.map(({ form, value }) => written(form, value)),
    );
}

/** Returns a row without references, in the form that the schema's functions accept. */
export function writtenRow({ table, values }: TableRow): { [column: string]: unknown } {
  const entries = Object.entries(values).map(([column, value]) => [
    column,
    written(table.columns[column]!.form, value as Scalar),
  ]);
  return Object.fromEntries(entries);
}

function written(form: ColumnForm, value: Scalar): unknown {
  return form === 'marked' && value !== null ? storedText(String(value)) : writtenForm(form, value);
}
