/**
 * What a filter may name: facts that have a column, and values inside documents by their path. [isolate-safe]
 * @module
 */

import type { ValuePath } from '../model/value-path';

/** A field by its path: `plan_name`, `sample.name`, `temporal.activity_type`, `exit_status`, … */
export type FieldPath = readonly string[];

/** A value that a filter compares with. */
export type Literal = string | number | boolean;

/** What a column holds, and so what it may be compared with. `instant` is UNIX seconds, written ISO-8601. */
export type ColumnType = 'text' | 'number' | 'boolean' | 'instant';

/** A fact with a column of its own (or one join away). */
export interface ColumnField {
  kind: 'column';
  /** Canonical name; the search maps it to SQL. */
  name: string;
  type: ColumnType;
  /** The only values there are, for fields with a closed set. */
  values?: readonly string[];
  /** `sha256:` and 64 hex digits, which are taken without the prefix too. */
  digest?: true;
  /** Put together of other fields: the normal form replaces it by tests of those. */
  derived?: true;
  /** It gives no order; this field does. */
  order_by?: string;
  /** Added to what is said of a value that the field can't have. */
  note?: string;
}

/** A metadata field by its path; of an execution, one of its runs'. */
export interface MetadataField {
  kind: 'metadata';
  path: FieldPath;
  /** It gives no order; this field does. */
  order_by?: string;
  /** What the name means in a store where no metadata field has its first part: a place in results. */
  otherwise?: ValuePath;
}

/** A place in what an activity was given or returned. */
export interface ValueField {
  kind: 'value';
  path: ValuePath;
}

/** A value that stands in the start document of an execution alone, by its path. */
interface DocumentField {
  kind: 'document';
  path: FieldPath;
}

/** How runs are related to what a word names: `upstream_of('report.html')`, `uses('raw.h5')`. */
export type LineageRelation = 'upstream_of' | 'downstream_of' | 'uses';

/** A condition on the lineage of a run. It holds or not, as a field that is true or false. */
export interface LineageField {
  kind: 'lineage';
  /** Its relation alone, as other fields have a path. */
  path: FieldPath;
  relation: LineageRelation;
  /** What is named. */
  ref: string;
  /** Where it stands in the filter's text, from 0. */
  position: number;
  /** The runs, by their numbers in the store; absent until a question has found them. */
  runs?: readonly number[];
}

/** What a path of a filter means. */
export type Field = ColumnField | MetadataField | DocumentField | ValueField | LineageField;

/** The vocabulary of one kind of record. */
export interface FieldCatalogue {
  /** Meaning of a path; undefined when it names a place where nothing can be searched. */
  resolve(path: FieldPath): Field | undefined;
  /** Names to suggest. */
  readonly names: readonly string[];
  /** Conditions that are written as `NAME('word')`. */
  readonly relations?: readonly LineageRelation[];
}

/** Canonical name, type, other spellings, and what else is known of the column. */
export type ColumnRow = readonly [
  name: string,
  type: ColumnType,
  spellings: readonly string[],
  facts?: Partial<ColumnField>,
];

/** Columns by each of their spellings. */
export function columnsByName(rows: readonly ColumnRow[]): Map<string, ColumnField> {
  const columns = new Map<string, ColumnField>();
  for (const [name, type, spellings, facts] of rows) {
    const column: ColumnField = { kind: 'column', name, type, ...facts };
    for (const path of [name, ...spellings]) columns.set(path, column);
  }
  return columns;
}

/** A column by its name, for conditions that no text was parsed for. */
export function columnOf(catalogue: FieldCatalogue, name: string): ColumnField {
  const field = catalogue.resolve(name.split('.'));
  if (field?.kind !== 'column') throw new TypeError(`No column has the name ${name}.`);
  return field;
}

/**
 * The paths at which the value of a metadata field stands: its own, and `name` below it. `sample` may be `'Ni-7'` or
 * `{ name: 'Ni-7', … }`, and both are listed alike: an object counts by its name.
 */
export function namesOf(path: FieldPath): FieldPath[] {
  return [path, [...path, 'name']];
}
