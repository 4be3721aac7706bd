/**
 * One revision of the schema, both dialects side by side. Node only.
 * @module
 */

/** Databases a revision is written for; a store that a dialect does not have yet leaves its text out. */
export type Dialect = 'sqlite' | 'postgres';

/** A revision of the schema. */
export interface Migration {
  /** 1, 2, 3, … without gaps. */
  readonly revision: number;
  /** What it brings, kebab-case; part of its file's name. Revision 1 of a store is known by it. */
  readonly name: string;
  /** True: a release that does not know this revision must not use the database. */
  readonly breaking: boolean;
  readonly sql: { readonly [dialect in Dialect]?: string };
}
