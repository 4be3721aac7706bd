/**
 * Kinds of records that are one JSON document with its own identity. A kind is a description and a migration that creates its
 * table. All other code uses the description: writing, spool, reading, moving, purge and verification.
 * @module
 */
import type { JsonObject } from '../../model/json';
import type { StoredTable } from './table';
import type { Scalar } from './table-row';

/** A kind of record that is one document. */
export interface DocumentKind {
  /** The value of `of` in its records. */
  readonly name: string;
  /** It is written into each document that names no version itself. It rises when the form of documents changes. */
  readonly schema_version: number;
  /**
   * Its table has a rising `id` as key, a column `document`, and a unique column or set of columns. An existing record is not
   * written again.
   */
  readonly table: StoredTable;
  /** The other columns. Each is read from the document. */
  readonly columns: Readonly<Record<string, (document: JsonObject) => Scalar>>;
  /**
   * Its rank among the values of {@link intakeRank} when a spool is imported. Default: the rank of records that refer to runs.
   */
  readonly rank?: number;
}

/** A record that is one document, of a kind in `kinds.ts`. */
export interface DocumentRecord {
  kind: 'document';
  /** The name of its kind. */
  of: string;
  document: JsonObject;
}

/** Selects documents of one kind. */
export interface DocumentQuery {
  of: string;
  /** Only documents with this value in a column of their table. */
  by?: { column: string; value: string };
  limit: number;
}
