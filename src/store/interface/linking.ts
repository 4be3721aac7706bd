/**
 * How links are derived from recorded facts: outside the write path, in pages, by the linker of `store/links`. Node only.
 * @module
 */

/**
 * A value in a statement or in a result row. Texts are passed unchanged. Characters that a database can't hold are marked on the
 * way.
 */
export type LinkValue = string | number | Uint8Array | null;

/** The linker's access to one transaction of a database. The SQL is the same for both databases. */
export interface LinkStatements {
  readonly dialect: 'sqlite' | 'postgres';
  /** Runs one statement. Each `?` is a value, and `?` occurs nowhere else. It waits only for the database. */
  query<Row extends object>(text: string, values?: readonly LinkValue[]): Promise<Row[]>;
}

/** The result of one page. */
export interface LinkPage {
  /** True if nothing is left to derive, as far as this transaction sees. */
  done: boolean;
  /** Chain links and runs that the page processed. */
  handled: number;
}

/** The work that is left. */
export interface LinkState {
  /** Chain links whose documents were not read yet. There is one for each transaction that wrote final documents. */
  behind: number;
  /** Runs whose links must be derived again. */
  todo: number;
  /** Links whose earlier end is not recorded yet. */
  waiting: number;
}

/** The result of one page, for the caller that requests the next one. */
export interface Linked extends LinkPage {
  /** True if links wait for an earlier end. A record of another run may provide it. */
  waiting: boolean;
}
