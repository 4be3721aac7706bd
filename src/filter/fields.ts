/**
 * What a filter may name: facts that have a column, and values inside documents by their path. [isolate-safe]
 * @module
 */

import type { ValuePath } from '../model/value-path';

/** A field by its path: `plan_name`, `sample.name`, `temporal.activity_type`, `exit_status`, … */
export type FieldPath = readonly string[];

/** A value that a filter compares with. */
export type Literal = string | number | boolean;

/**
 * The type of a column, and so of the values it can be compared with. `instant` is UNIX seconds, written
 * ISO-8601.
 */
export type ColumnType = 'text' | 'number' | 'boolean' | 'instant';

/** A fact with a column of its own (or one join away). */
export interface ColumnField {
  kind: 'column';
  /** Canonical name; the search maps it to SQL. */
  name: string;
  type: ColumnType;
  /** The only possible values, for fields with a closed set. */
  values?: readonly string[];
  /** True for `sha256:` and 64 hex digits. Values without the prefix are accepted, too. */
  digest?: true;
  /** True if the field is composed of others. The normal form replaces it by tests of these other fields. */
  derived?: true;
  /** The field that is used for ordering, because this one has no order. */
  order_by?: string;
  /** Added to the message about a value that the field cannot have. */
  note?: string;
}

/** A metadata field by its path. For an execution, a field of one of its runs. */
export interface MetadataField {
  kind: 'metadata';
  path: FieldPath;
  /** The field that is used for ordering, because this one has no order. */
  order_by?: string;
  /** The meaning of the name if no metadata field of the store has its first part: a place in results. */
  otherwise?: ValuePath;
}

/** A place in the arguments or the result of an activity. */
export interface ValueField {
  kind: 'value';
  path: ValuePath;
}

/** A value that exists only in the start document of an execution, by its path. */
interface DocumentField {
  kind: 'document';
  path: FieldPath;
}

/** The relation of runs to the thing that a text names: `upstream_of('report.html')`, `uses('raw.h5')`. */
export type LineageRelation = 'upstream_of' | 'downstream_of' | 'uses';

/** A condition on the lineage of a run. It is true or false, like a boolean field. */
export interface LineageField {
  kind: 'lineage';
  /** Contains only the relation. It exists because every field has a path. */
  path: FieldPath;
  relation: LineageRelation;
  /** The text that names the thing. */
  ref: string;
  /** Its position in the filter's text, from 0. */
  position: number;
  /** The runs, by their numbers in the store; absent until a query has found them. */
  runs?: readonly number[];
}

/** The meaning of a path in a filter. */
export type Field = ColumnField | MetadataField | DocumentField | ValueField | LineageField;

/** The fields of one kind of record. */
export interface FieldCatalogue {
  /** The meaning of a path; undefined if nothing can be searched there. */
  resolve(path: FieldPath): Field | undefined;
  /** Names to suggest. */
  readonly names: readonly string[];
  /** Conditions that are written as `NAME('word')`. */
  readonly relations?: readonly LineageRelation[];
}

/** Canonical name, type, other spellings, and further facts about the column. */
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

/** A column by its name, for conditions that were not parsed from text. */
export function columnOf(catalogue: FieldCatalogue, name: string): ColumnField {
  const field = catalogue.resolve(name.split('.'));
  if (field?.kind !== 'column') throw new TypeError(`No column has the name ${name}.`);
  return field;
}

/**
 * The paths at which the value of a metadata field is found: its own, and `name` below it. `sample` may be
 * `'Ni-7'` or `{ name: 'Ni-7', … }`, and both are listed alike: an object counts by its name.
 */
export function namesOf(path: FieldPath): FieldPath[] {
  return [path, [...path, 'name']];
}
