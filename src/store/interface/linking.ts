/**
 * How links are derived from what is recorded: outside the write path, in pages, by the linker of `store/links`. Node only.
 * @module
 */

/** A value of a statement, or of a row that it answers. Texts are given as they are; what a database can't hold is marked on the way. */
export type LinkValue = string | number | Uint8Array | null;

/** One transaction of a database, as the linker sees it. The SQL is the same for both databases. */
export interface LinkStatements {
  readonly dialect: 'sqlite' | 'postgres';
  /** One statement, with `?` for each value and nowhere else. It waits for nothing but the database. */
  query<Row extends object>(text: string, values?: readonly LinkValue[]): Promise<Row[]>;
}

/** What one page did. */
export interface LinkPage {
  /** Nothing is left to derive, as far as this transaction sees. */
  done: boolean;
  /** Links of the chain and runs that it went through. */
  handled: number;
}

/** What is left to derive. */
export interface LinkState {
  /** Links of the chain, one for each transaction that wrote final documents, whose documents were not looked at yet. */
  behind: number;
  /** Runs whose links are to be derived again. */
  todo: number;
  /** Links whose earlier end is not recorded yet. */
  waiting: number;
}

/** What a page did, for whoever asks for the next. */
export interface Linked extends LinkPage {
  /** Links wait for an earlier end: what is recorded of other runs may bring it. */
  waiting: boolean;
}
