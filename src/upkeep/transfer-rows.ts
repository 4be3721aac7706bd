/**
 * Rows on their way between SQLite and PostgreSQL: each value in the form in which it stands there, and a digest of many rows
 * that does not depend on their order. Node only.
 * @module
 */
import { createHash } from 'node:crypto';
import { fieldText, readNumber } from '../store/postgres/field-text';
import { indexedText, readText, storedText } from '../store/postgres/text';
import type { ColumnForm, StoredTable } from '../store/records/table';

type Row = readonly unknown[];

const WRITTEN: { readonly [form in ColumnForm]: (value: unknown) => unknown } = {
  plain: (value) => value,
  text: (value) => (value === null ? null : storedText(String(value))),
  marked: (value) => value,
  indexed: (value) => (value === null ? null : indexedText(String(value))),
  value: (value) => fieldText(value as string | number),
  boolean: Boolean,
};

/** Columns of a table as PostgreSQL has it, and a row of SQLite as it stands in them. */
export interface TargetRows {
  names: readonly string[];
  rowOf(row: Row): unknown[];
}

/** `kind` has one column more there: the digest that its uniqueness rests on. */
export function targetRows({ name, columns }: StoredTable): TargetRows {
  const forms = Object.values(columns).map(({ form }) => form);
  const written = (row: Row) => row.map((value, i) => WRITTEN[forms[i]!](value));
  if (name !== 'kind') return { names: Object.keys(columns), rowOf: written };
  return {
    names: [...Object.keys(columns), 'digest'],
    rowOf: (row) => [...written(row), sha256(JSON.stringify(row.slice(1))).toString('hex')],
  };
}

/** An id that was too long for an index comes back as it stands: cut, with its digest; documents hold it whole. */
const READ: { readonly [form in ColumnForm]: (value: unknown) => unknown } = {
  plain: (value) => value,
  text: (value) => (value === null ? null : readText(String(value))),
  marked: (value) => value,
  indexed: (value) => (value === null ? null : readText(String(value))),
  value: (value) => readNumber(String(value)) ?? value,
  boolean: Number,
};

/** A row of PostgreSQL, in the order of the table's columns, as SQLite has it. */
export function sourceRow({ columns }: StoredTable, row: Row): unknown[] {
  const forms = Object.values(columns).map(({ form }) => form);
  return row.map((value, i) => READ[forms[i]!](value));
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
