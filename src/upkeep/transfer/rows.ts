/**
 * Rows on their way between SQLite and PostgreSQL: each value in the form in which it stands there, and a digest of many rows
 * that does not depend on their order. Node only.
 * @module
 */
import { createHash } from 'node:crypto';
import { readForm, writtenForm } from '../../store/postgres/values/forms';
import type { StoredTable } from '../../store/records/table';

type Row = readonly unknown[];

/** Columns of a table as PostgreSQL has it, and a row of SQLite as it stands in them. */
interface TargetRows {
  names: readonly string[];
  rowOf(row: Row): unknown[];
}

/** `kind` has one column more there: the digest that its uniqueness rests on. */
export function targetRows({ name, columns }: StoredTable): TargetRows {
  const forms = Object.values(columns).map(({ form }) => form);
  const written = (row: Row) => row.map((value, i) => writtenForm(forms[i]!, value));
  if (name !== 'kind') return { names: Object.keys(columns), rowOf: written };
  return {
    names: [...Object.keys(columns), 'digest'],
    rowOf: (row) => [...written(row), sha256(JSON.stringify(row.slice(1))).toString('hex')],
  };
}

/** A row of PostgreSQL, in the order of the table's columns, as SQLite has it. */
export function sourceRow({ columns }: StoredTable, row: Row): unknown[] {
  const forms = Object.values(columns).map(({ form }) => form);
  return row.map((value, i) => readForm(forms[i]!, value));
}

const MODULUS = 1n << 256n;

/** The sum of the rows' digests: the same rows give the same, in whatever order they come. */
export class RowsDigest {
  rows = 0;
  #sum = 0n;

  add(row: Row): void {
    const values = row.map((value) => (value instanceof Uint8Array ? sha256(value).toString('hex') : value));
    this.#sum = (this.#sum + BigInt(`0x${sha256(JSON.stringify(values)).toString('hex')}`)) % MODULUS;
    this.rows += 1;
  }

  get hex(): string {
    return this.#sum.toString(16).padStart(64, '0');
  }
}

function sha256(content: string | Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}
