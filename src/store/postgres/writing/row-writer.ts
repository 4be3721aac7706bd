/**
 * Writes records that are one row each, by the descriptions of their tables; triggers enter final texts in the chain. Node only.
 * @module
 */
import type { ColumnForm } from '../../records/table';
import { rowStatements, type Scalar, type TableRow } from '../../records/table-row';
import type { Client } from '../connection/connection';
import { writtenForm } from '../values/forms';
import { storedText } from '../values/text';

const mark = (n: number) => `$${n}`;

/** Writes a row in the transaction of the client, which holds the writers' lock. */
export async function writeRow(client: Client, row: TableRow): Promise<void> {
  for (const { sql, values } of rowStatements(row, mark))
    await client.query(
      sql,
      values.map(({ form, value }) => written(form, value)),
    );
}

/** A row without references, as the schema's functions take it. */
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
