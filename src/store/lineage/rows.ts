/**
 * Converts rows of statements to facts: null becomes absent, and texts are decoded. Node only.
 * @module
 */
import { readText } from '../marked-text';

/** A row from a database, with every column present. */
export type Nullable<Facts> = { [Key in keyof Facts]-?: Exclude<Facts[Key], undefined> | null };

/** Returns the facts of a row. */
export function factsOf<Facts>(row: Nullable<Facts>): Facts {
  const known = Object.entries(row).filter(([, value]) => value !== null);
  return Object.fromEntries(
    known.map(([name, value]) => [name, typeof value === 'string' ? readText(value) : value]),
  ) as Facts;
}
