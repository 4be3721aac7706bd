/**
 * Column values in PostgreSQL's form. Node only.
 * @module
 */
import type { ColumnForm } from '../../records/table';
import { fieldText, readNumber } from './field-text';
import { indexedText, readText, storedText } from './text';

const WRITTEN: { readonly [form in ColumnForm]: (value: unknown) => unknown } = {
  plain: (value) => value,
  text: (value) => storedText(String(value)),
  marked: (value) => value,
  indexed: (value) => indexedText(String(value)),
  value: (value) => fieldText(value as string | number),
  boolean: Boolean,
};

/** Converts a value from SQLite's form to PostgreSQL's. */
export function writtenForm(form: ColumnForm, value: unknown): unknown {
  return value === null ? null : WRITTEN[form](value);
}

/** An id that was too long for an index is returned cut, with its digest. Documents contain the whole id. */
const READ: { readonly [form in ColumnForm]: (value: unknown) => unknown } = {
  plain: (value) => value,
  text: (value) => readText(String(value)),
  marked: (value) => value,
  indexed: (value) => readText(String(value)),
  value: (value) => readNumber(String(value)) ?? value,
  boolean: Number,
};

/** Converts a value from PostgreSQL's form to SQLite's. */
export function readForm(form: ColumnForm, value: unknown): unknown {
  return value === null ? null : READ[form](value);
}
