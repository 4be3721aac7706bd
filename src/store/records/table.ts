/**
 * The description of a table of the store, for both databases. The descriptions are used for the move of a store, purge, scan,
 * prune, verify, roles and the chain. A migration creates the table itself.
 * @module
 */

/**
 * PostgreSQL's form of a column. `plain`: unchanged. `text`: NUL and lone surrogates are marked. `marked`: the same, and SQLite
 * marks them too. `indexed`: it is in an index, so long ids are cut as well. `value`: a value of a search table. `boolean`: 0 or
 * 1 in SQLite.
 */
export type ColumnForm = 'plain' | 'text' | 'marked' | 'indexed' | 'value' | 'boolean';

/**
 * The content that people or their programs wrote to a column. `entry`: a value of a search table. `bytes`: a file by content.
 */
export type ColumnContent = 'text' | 'json' | 'entry' | 'bytes';

/** One column of a table. */
export interface Column {
  readonly form: ColumnForm;
  /** Absent: it contains only ids and measures of the store itself. */
  readonly content?: ColumnContent;
  /** Rows are found by this column, so a purge does not change it. */
  readonly names?: true;
  /** The table and column that it refers to, e.g. `run.seq`. Verify checks that the row exists. */
  readonly refers?: string;
  /** A writer may change it after the row exists. Other columns are only inserted. */
  readonly completed?: true;
  /** A further record of the same row adds to the value instead of replacing it. */
  readonly summed?: true;
}

/** The final text of a row. It is added to the chain when it is written. */
export interface Chained {
  /** The first byte of its chain entries. It is never reused. */
  readonly code: number;
  /** Its name in tombstones, faults and chain entries. */
  readonly what: string;
  /** The words before the name in a sentence: `stop document of run`. */
  readonly label: string;
  /** The column with the text. */
  readonly column: string;
  /** The column that names the row for people. Absent if that is the run's uid. */
  readonly named?: string;
  /** The text is written with the row, or added to it later. */
  readonly comes: 'with-row' | 'later';
}

/** One table. */
export interface StoredTable {
  readonly name: string;
  readonly columns: Readonly<Record<string, Column>>;
  /** Unique together. Rows are read in pages in this order. */
  readonly key: readonly string[];
  /** A unique column in addition to a key that the database assigns. Rows are identified and referenced by it. */
  readonly identity?: string;
  /**
   * A condition in SQL of both databases, over the existing row `was` and the record's `excluded`. If it is true, a further
   * record changes the columns that it may change. Absent: the first record stays unchanged.
   */
  readonly again?: string;
  /**
   * A rising integer column that the database assigns. A copy continues after its last value. Absent: all rows are copied again.
   */
  readonly serial?: string;
  /** False: it describes the place of this store, and does not move with it. */
  readonly moves?: false;
  /** A writer deletes rows: lists of open work, and rows with a limit. */
  readonly shrinks?: true;
  /** Derived from facts outside the chain. A writer may change and delete all rows, and they can be derived again. */
  readonly derived?: true;
  /** Only the owner inserts rows. */
  readonly owned?: true;
  readonly chained?: Chained;
  /**
   * Why `purge` does not simply edit its columns. `apart`: it has its own code for them. `never`: other rows are found by them.
   */
  readonly purged?: 'apart' | 'never';
  /** The column that names the run. If that run is deleted, the rows are deleted too. */
  readonly ofRun?: { readonly column: string; readonly by: 'uid' | 'seq' };
  /** The same for an execution. `owner`: `execution ` and its run id, as `logOwner` writes it. */
  readonly ofExecution?: { readonly column: string; readonly by: 'id' | 'run_id' | 'owner' };
  /** The column with a time in UNIX seconds. By it, old rows are deleted before their run. */
  readonly ages?: string;
}

/** Ids and measures of the store itself. */
export const PLAIN: Column = { form: 'plain' };
/** A measure that a writer changes. */
export const COUNTED: Column = { form: 'plain', completed: true };
/** An external id. */
export const ID: Column = { form: 'indexed' };
/** An id or name that people may have chosen. */
export const NAME: Column = { form: 'indexed', content: 'text', names: true };
/** Text that people or their programs wrote. */
export const TEXT: Column = { form: 'text', content: 'text' };
/** The same, also marked in SQLite. */
export const MARKED_TEXT: Column = { form: 'marked', content: 'text' };
/** JSON text. Escapes keep characters that PostgreSQL can't hold. */
export const JSON_TEXT: Column = { form: 'plain', content: 'json' };
/** True or false: 1 or 0 in SQLite. */
export const BOOLEAN: Column = { form: 'boolean' };

/** Returns a column with the key of another table's row. */
export function refers(to: string): Column {
  return { form: 'plain', refers: to };
}

/** Returns the same column, which a writer may change after the row exists. */
export function completed(column: Column): Column {
  return { ...column, completed: true };
}
