/**
 * How a table of the store is described, once for both databases. Moving a store, purge, scan, prune, verify, roles and the chain read
 * the descriptions; a migration makes the table itself.
 * @module
 */

/**
 * How PostgreSQL holds a column whose values it can't hold as they are. `plain`: as it is; `text`: NUL and lone surrogates are marked;
 * `marked`: the same, and SQLite marks them too; `indexed`: an index holds it, so that long ids are cut as well; `value`: of a search
 * table; `boolean`: 0 or 1 in SQLite.
 */
export type ColumnForm = 'plain' | 'text' | 'marked' | 'indexed' | 'value' | 'boolean';

/** What people or their programs wrote in a column. `entry`: a value of a search table; `bytes`: a file by content. */
export type ColumnContent = 'text' | 'json' | 'entry' | 'bytes';

/** One column of a table. */
export interface Column {
  readonly form: ColumnForm;
  /** Absent: nothing that anybody wrote, but ids and measures of the store's own. */
  readonly content?: ColumnContent;
  /** Rows are found by it: a purge leaves it as it is. */
  readonly names?: true;
  /** The row elsewhere that it is the key of, `run.seq`: verify looks for it. */
  readonly refers?: string;
  /** A writer may change it after the row is there. All else it only adds. */
  readonly completed?: true;
  /** A record of the same row adds to it, in place of replacing it. */
  readonly summed?: true;
}

/** Final text of a row, entered in the chain as it is written. */
export interface Chained {
  /** First byte of its entries in the chain. Never given to anything else. */
  readonly code: number;
  /** The word for it in tombstones, faults and entries. */
  readonly what: string;
  /** Before the name in a sentence: `stop document of run`. */
  readonly label: string;
  /** Column with the text. */
  readonly column: string;
  /** Column by which people know the row; absent where the run's uid is its name. */
  readonly named?: string;
  /** The text comes with the row, or is added to it later. */
  readonly comes: 'with-row' | 'later';
}

/** One table. */
export interface StoredTable {
  readonly name: string;
  readonly columns: Readonly<Record<string, Column>>;
  /** Unique together, in the order in which rows are read in pages. */
  readonly key: readonly string[];
  /** Column that is unique beside a key that the database numbers: rows are known and referred to by it. */
  readonly identity?: string;
  /**
   * Condition, in SQL of both databases over the row `was` and the record's `excluded`, on which a record of a row that is there
   * changes what it may change. Absent: the first record stays as it is.
   */
  readonly again?: string;
  /** Integer column that the database numbers, rising: a copy goes on after its last one. Absent: all rows are offered again. */
  readonly serial?: string;
  /** False: it says where this very store is, and does not move with it. */
  readonly moves?: false;
  /** A writer takes rows away: lists of what is open, and what is kept within bounds. */
  readonly shrinks?: true;
  /** Derived from facts outside the chain: a writer changes it and takes rows away as it likes, and it can be made again. */
  readonly derived?: true;
  /** Only the owner adds to it. */
  readonly owned?: true;
  readonly chained?: Chained;
  /** Why `purge` does not simply edit its columns: it has a part of its own for them, or other rows are found by them. */
  readonly purged?: 'apart' | 'never';
  /** Column that names the run whose removal takes the rows away. */
  readonly ofRun?: { readonly column: string; readonly by: 'uid' | 'seq' };
  /** The same of an execution; `owner`: `execution ` and its run id, as `logOwner` writes it. */
  readonly ofExecution?: { readonly column: string; readonly by: 'id' | 'run_id' | 'owner' };
  /** Column with the UNIX seconds by which its rows go earlier than their run. */
  readonly ages?: string;
}

/** Ids and measures of the store's own. */
export const PLAIN: Column = { form: 'plain' };
/** A measure that a writer changes. */
export const COUNTED: Column = { form: 'plain', completed: true };
/** An id that came from outside. */
export const ID: Column = { form: 'indexed' };
/** An id or name in which people may have written something. */
export const NAME: Column = { form: 'indexed', content: 'text', names: true };
/** Text that people or their programs wrote. */
export const TEXT: Column = { form: 'text', content: 'text' };
/** The same where a file of SQLite keeps what it would lose as well. */
export const MARKED_TEXT: Column = { form: 'marked', content: 'text' };
/** JSON text: escapes keep what PostgreSQL can't hold. */
export const JSON_TEXT: Column = { form: 'plain', content: 'json' };
/** True or false: 1 or 0 in SQLite. */
export const BOOLEAN: Column = { form: 'boolean' };

/** The key of a row elsewhere. */
export function refers(to: string): Column {
  return { form: 'plain', refers: to };
}

/** The same column, which a writer may change after the row is there. */
export function completed(column: Column): Column {
  return { ...column, completed: true };
}
