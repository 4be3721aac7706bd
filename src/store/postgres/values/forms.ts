/**
 * Values of columns as PostgreSQL holds them. Node only.
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

/** A value of SQLite as PostgreSQL holds it. */
export function writtenForm(form: ColumnForm, value: unknown): unknown {
  return value === null ? null : WRITTEN[form](value);
}

/** An id that was too long for an index comes back as it stands: cut, with its digest; documents hold it whole. */
const READ: { readonly [form in ColumnForm]: (value: unknown) => unknown } = {
  plain: (value) => value,
  text: (value) => readText(String(value)),
  marked: (value) => value,
  indexed: (value) => readText(String(value)),
  value: (value) => readNumber(String(value)) ?? value,
  boolean: Number,
};

/** A value of PostgreSQL as SQLite holds it. */
export function readForm(form: ColumnForm, value: unknown): unknown {
  return value === null ? null : READ[form](value);
}
