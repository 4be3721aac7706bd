/**
 * A place in a JSON document as the databases read it. Node only.
 * @module
 */
import type { ValueStep } from '../../../model/value-path';
import { type Fragment, list, raw, sql } from '../fragment';

/** The types of JSON values at a place. */
export type JsonType = 'number' | 'text' | 'boolean' | 'list' | 'object' | 'null';

/** The types of single values. */
export type ScalarType = 'number' | 'text' | 'boolean';

/** A place in a document. */
export interface JsonPlace {
  /** The database's type name of the value there; NULL if there is none. */
  readonly type: Fragment;
  /** Returns the value there. Use it only if its type is this one. */
  read(as: ScalarType): Fragment;
  /** Returns a place below it. */
  at(steps: readonly ValueStep[]): JsonPlace;
  /** Returns the elements of the list there, as a table with this alias. Empty if there is no list. */
  elements(alias: string): { table: Fragment; element: JsonPlace };
}

/** A database's type names of JSON values. */
export type TypeNames = Readonly<Record<JsonType, readonly string[]>>;

/**
 * Returns one expression that depends on the type at a place. `otherwise` is for types that are not named, `absent` for no value.
 */
export function byType(
  names: TypeNames,
  { type }: JsonPlace,
  branches: Readonly<Partial<Record<JsonType, Fragment>>>,
  { otherwise, absent = otherwise }: { otherwise: Fragment; absent?: Fragment },
): Fragment {
  // Branches that equal the default are left out: an expression can be long.
  const wanted = (Object.keys(names) as JsonType[]).filter((one) => branches[one] || absent !== otherwise);
  if (wanted.length === 0) return otherwise;
  const whens = wanted.flatMap((one) =>
    names[one].map((name) => sql`WHEN ${raw(`'${name}'`)} THEN ${branches[one] ?? otherwise}`),
  );
  return sql`(CASE ${type} ${list(whens, ' ')} ELSE ${absent} END)`;
}
