/**
 * The differences between both databases' SQL for a search. Node only.
 * @module
 */
import type { ColumnType, Literal } from '../../filter/fields';
import type { ValueStep } from '../../model/value-path';
import type { FieldValue } from '../metadata-index/field-values';
import type { Fragment, SqlValue } from './fragment';
import type { JsonPlace, ScalarType, TypeNames } from './values/json-place';

/**
 * The form of a text in a column. `indexed`: cut if too long for an index. `stored`: characters that the database can't hold are
 * escaped. `fact`: as it is read from a document.
 */
export type TextForm = 'indexed' | 'stored' | 'fact';

/** Characters of a long text that an index of PostgreSQL contains. */
export const BEGINNING_LENGTH = 200;

/** The SQL of one database. */
export interface SearchDialect {
  /** The part that chooses the indexes. `weighed`: the search (SQLite). `planned`: the database's planner (PostgreSQL). */
  readonly planning: 'weighed' | 'planned';
  readonly yes: Fragment;
  readonly no: Fragment;
  /** A join whose left side is read first. */
  readonly join: Fragment;
  /**
   * Returns a table under an alias, read by the given index. `null`: if the search chooses the indexes, the table is read without
   * one.
   */
  table(name: string, alias: string, index?: string | null): Fragment;
  /**
   * Returns a column of the table with this alias. If the search chooses indexes, the column is written so that the database does
   * not choose one.
   */
  column(alias: string, name: string): Fragment;
  /** Returns a fact of a JSON document by its path; NULL if absent. */
  fact(document: Fragment, path: string, type: ColumnType): Fragment;
  /** Returns a JSON document that is in a text column. */
  asJson(text: Fragment): Fragment;
  /** Returns a text that is compared by code point. */
  byCodePoint(text: Fragment): Fragment;
  /**
   * Returns the first {@link BEGINNING_LENGTH} characters of a possibly long text, as an index has them. Absent if an index has
   * all.
   */
  beginning?(text: Fragment): Fragment;
  /** Returns a value in the form of its column. */
  literal(value: Literal, form: TextForm): Fragment;
  /** Returns ids as a query of one column. The ids are one parameter, however many there are. */
  ids(values: readonly number[]): Fragment;
  /** Returns the name of a metadata field as the catalogue of paths has it. */
  path(name: string): string;
  /** Returns a value of the metadata index in the form of its column. */
  indexed(value: FieldValue): SqlValue;
  /** Returns a place in a JSON document. */
  place(document: Fragment, steps: readonly ValueStep[]): JsonPlace;
  /** The type names that {@link place} returns. */
  readonly types: TypeNames;
  /** Returns values of one type as a query of one column, in one parameter. */
  values(values: readonly Literal[], type: ScalarType): Fragment;
  /** Returns SQL that encodes a number as {@link indexed} does. */
  encodedNumber(value: Fragment): Fragment;
  /** Added to a query of rows that this transaction changes next. */
  readonly lock: Fragment;
  /** The range of numbers in the metadata index: its beginning (inclusive) and end (exclusive). */
  readonly numbers: readonly [low: Fragment, high: Fragment];
}

/** One database within one search. */
export interface SearchSource {
  readonly dialect: SearchDialect;
  rows<Row extends object>(query: Fragment): Promise<Row[]>;
}
