/**
 * A place in a JSON document as the databases read it. Node only.
 * @module
 */
import type { ValueStep } from '../../../model/value-path';
import { type Fragment, list, raw, sql } from '../fragment';

/** What can stand at a place. */
export type JsonType = 'number' | 'text' | 'boolean' | 'list' | 'object' | 'null';

/** Types of single values. */
export type ScalarType = 'number' | 'text' | 'boolean';

/** A place in a document. */
export interface JsonPlace {
  /** The word of the database for what stands there; NULL where nothing does. */
  readonly type: Fragment;
  /** The value there; only where its type is this one. */
  read(as: ScalarType): Fragment;
  /** A place below it. */
  at(steps: readonly ValueStep[]): JsonPlace;
  /** The elements of the list there, as a table with this alias: none where it is no list. */
  elements(alias: string): { table: Fragment; element: JsonPlace };
}

/** The words of a database for what stands at a place. */
export type TypeNames = Readonly<Record<JsonType, readonly string[]>>;

/** One expression by what stands at a place; what is not named has `otherwise`, and a place where nothing stands `absent`. */
export function byType(
  names: TypeNames,
  { type }: JsonPlace,
  branches: Readonly<Partial<Record<JsonType, Fragment>>>,
  { otherwise, absent = otherwise }: { otherwise: Fragment; absent?: Fragment },
): Fragment {
  // What has the last word anyhow is not said again: an expression can be long.
  const wanted = (Object.keys(names) as JsonType[]).filter((one) => branches[one] || absent !== otherwise);
  if (wanted.length === 0) return otherwise;
  const whens = wanted.flatMap((one) =>
    names[one].map((name) => sql`WHEN ${raw(`'${name}'`)} THEN ${branches[one] ?? otherwise}`),
  );
  return sql`(CASE ${type} ${list(whens, ' ')} ELSE ${absent} END)`;
}
