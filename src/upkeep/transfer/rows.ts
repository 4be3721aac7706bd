/**
 * Converts rows between SQLite and PostgreSQL. It also computes a digest of many rows that does not depend on their order. Node
 * only.
 * @module
 */
import { createHash } from 'node:crypto';
import { readForm, writtenForm } from '../../store/postgres/values/forms';
import type { StoredTable } from '../../store/records/table';

type Row = readonly unknown[];

/** PostgreSQL's columns of a table, and the conversion of a SQLite row to them. */
interface TargetRows {
  names: readonly string[];
  rowOf(row: Row): unknown[];
}

/** `kind` has an additional column there: the digest that makes it unique. */
export function targetRows({ name, columns }: StoredTable): TargetRows {
  const forms = Object.values(columns).map(({ form }) => form);
  const written = (row: Row) => row.map((value, i) => writtenForm(forms[i]!, value));
  if (name !== 'kind') return { names: Object.keys(columns), rowOf: written };
  return {
    names: [...Object.keys(columns), 'digest'],
    rowOf: (row) => [...written(row), sha256(JSON.stringify(row.slice(1))).toString('hex')],
  };
}

/** Returns a row of PostgreSQL in SQLite's form, in the order of the table's columns. */
export function sourceRow({ columns }: StoredTable, row: Row): unknown[] {
  const forms = Object.values(columns).map(({ form }) => form);
  return row.map((value, i) => readForm(forms[i]!, value));
}

const MODULUS = 1n << 256n;

/** The sum of the rows' digests. The same rows yield the same sum in any order. */
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
