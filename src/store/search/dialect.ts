/**
 * In what the two databases' SQL differs where a search is compiled. Node only.
 * @module
 */
import type { ColumnType, Literal } from '../../filter/fields';
import type { ValueStep } from '../../model/value-path';
import type { FieldValue } from '../metadata-index/field-values';
import type { Fragment, SqlValue } from './fragment';
import type { JsonPlace, ScalarType, TypeNames } from './values/json-place';

/**
 * How a text stands in a column: `indexed`, cut where it is too long for an index; `stored`, with what the database can't hold
 * escaped; `fact`, as it is read from a document.
 */
export type TextForm = 'indexed' | 'stored' | 'fact';

/** Characters of a long text that an index of PostgreSQL has. */
export const BEGINNING_LENGTH = 200;

/** The SQL of one database. */
export interface SearchDialect {
  /** Who finds the way to the runs: the search weighs the indexes (SQLite), or the database's planner does (PostgreSQL). */
  readonly planning: 'weighed' | 'planned';
  readonly yes: Fragment;
  readonly no: Fragment;
  /** A join whose left side is read first. */
  readonly join: Fragment;
  /** A table under a name, by one index, or by none (`null`) where the database leaves that choice to the search. */
  table(name: string, alias: string, index?: string | null): Fragment;
  /** A column of the table with this alias, for which the database chooses no index by itself where it leaves that to the search. */
  column(alias: string, name: string): Fragment;
  /** A fact of a JSON document by its path; NULL where it is absent. */
  fact(document: Fragment, path: string, type: ColumnType): Fragment;
  /** A JSON document that stands in a column of text. */
  asJson(text: Fragment): Fragment;
  /** A text that is compared by code point. */
  byCodePoint(text: Fragment): Fragment;
  /** The first {@link BEGINNING_LENGTH} characters of a text that may be long, as an index has them; absent where an index has all. */
  beginning?(text: Fragment): Fragment;
  /** A value as a column holds it. */
  literal(value: Literal, form: TextForm): Fragment;
  /** Ids as a query of one column, in one parameter however many there are. */
  ids(values: readonly number[]): Fragment;
  /** The name of a metadata field as the catalogue of paths has it. */
  path(name: string): string;
  /** A value of the metadata index as its column holds it. */
  indexed(value: FieldValue): SqlValue;
  /** A place in a JSON document. */
  place(document: Fragment, steps: readonly ValueStep[]): JsonPlace;
  /** What {@link place} calls what stands there. */
  readonly types: TypeNames;
  /** Values of one type as a query of one column, in one parameter. */
  values(values: readonly Literal[], type: ScalarType): Fragment;
  /** A number as {@link indexed} gives it, in SQL. */
  encodedNumber(value: Fragment): Fragment;
  /** After a query of rows that this transaction goes on to change. */
  readonly lock: Fragment;
  /** Where the numbers of the metadata index begin (inclusive) and end (exclusive). */
  readonly numbers: readonly [low: Fragment, high: Fragment];
}

/** One database, asked within one search. */
export interface SearchSource {
  readonly dialect: SearchDialect;
  rows<Row extends object>(query: Fragment): Promise<Row[]>;
}
