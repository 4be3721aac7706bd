/**
 * One revision of the schema for both dialects. Node only.
 * @module
 */

/** The databases that a revision is written for. A revision omits the text of a dialect that does not exist yet. */
export type Dialect = 'sqlite' | 'postgres';

/** A revision of the schema. */
export interface Migration {
  /** 1, 2, 3, … without gaps. */
  readonly revision: number;
  /** A name in kebab-case that is part of its file name. A store is recognised by the name of its revision 1. */
  readonly name: string;
  /** If true, a release that does not know this revision must not use the database. */
  readonly breaking: boolean;
  readonly sql: { readonly [dialect in Dialect]?: string };
}
