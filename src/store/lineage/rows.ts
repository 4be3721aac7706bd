/**
 * Rows of statements as facts: what is null is absent, and texts are as they were given. Node only.
 * @module
 */
import { readText } from '../marked-text';

/** A row as a database gives it: every column is there. */
export type Nullable<Facts> = { [Key in keyof Facts]-?: Exclude<Facts[Key], undefined> | null };

/** The facts of a row. */
export function factsOf<Facts>(row: Nullable<Facts>): Facts {
  const known = Object.entries(row).filter(([, value]) => value !== null);
  return Object.fromEntries(
    known.map(([name, value]) => [name, typeof value === 'string' ? readText(value) : value]),
  ) as Facts;
}
