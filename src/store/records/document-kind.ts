/**
 * Kinds of records that are one JSON document with an identity of its own: written, spooled and taken in, read, moved, purged and
 * verified by their description and a migration that makes their table.
 * @module
 */
import type { JsonObject } from '../../model/json';
import type { StoredTable } from './table';
import type { Scalar } from './table-row';

/** One such kind. */
export interface DocumentKind {
  /** `of` of its records. */
  readonly name: string;
  /** Written into each document that does not say its own; rises when documents change their shape. */
  readonly schema_version: number;
  /** With a rising `id` as its key, a column `document`, and a unique column or set of columns: a record that is there is not written again. */
  readonly table: StoredTable;
  /** The other columns, each read from the document. */
  readonly columns: Readonly<Record<string, (document: JsonObject) => Scalar>>;
  /** Order at intake from a spool, among {@link intakeRank}'s; that of records which refer to runs when absent. */
  readonly rank?: number;
}

/** A record that is one document, of a kind that `kinds.ts` lists. */
export interface DocumentRecord {
  kind: 'document';
  /** Name of its kind. */
  of: string;
  document: JsonObject;
}

/** Documents of one kind. */
export interface DocumentQuery {
  of: string;
  /** Only those with this value in a column of their table. */
  by?: { column: string; value: string };
  limit: number;
}
