/**
 * Statements of the linker: the same text for both databases. A list of rows is one parameter, at any length. Node only.
 * @module
 */
import type { LinkStatements, LinkValue } from '../interface/linking';
import { storedText } from '../marked-text';

/** The type of a list's column. `text`: encoded with marks in both databases. `id`: encoded as columns of external ids are. */
export type ListColumn = 'integer' | 'real' | 'text' | 'id';
/** Columns of a list, in order. */
export type ListColumns = Readonly<Record<string, ListColumn>>;
/** A row of a list. */
export type ListRow = readonly (string | number | null)[];

/** A list of rows that a statement reads: its SQL, and the value for its one `?`. */
export interface List {
  sql: string;
  value: string;
}

const POSTGRES_CASTS: Readonly<Record<ListColumn, string>> = {
  integer: '::bigint',
  real: '::double precision',
  text: '',
  id: '',
};

/** PostgreSQL settings: join in the written order, and treat an index lookup as nearly free. */
const PLANNING = [
  ['enable_seqscan', 'off'],
  ['enable_hashjoin', 'off'],
  ['enable_mergejoin', 'off'],
  ['jit', 'off'],
  ['join_collapse_limit', '1'],
  ['random_page_cost', '0.01'],
] as const;

/**
 * One transaction. Lists are joined by `CROSS JOIN`, which SQLite processes from left to right: the list first, then rows by
 * index.
 */
export class LinkDatabase {
  readonly dialect: LinkStatements['dialect'];
  readonly #statements: LinkStatements;

  constructor(statements: LinkStatements) {
    this.dialect = statements.dialect;
    this.#statements = statements;
  }

  /** Fixes the plans: they start at the list and use indexes. Statistics of fast-growing tables are ignored. */
  async begin(): Promise<void> {
    if (this.dialect === 'sqlite') return;
    const settings = PLANNING.map(([name, value]) => `set_config('${name}', '${value}', true)`);
    await this.query(`SELECT ${settings.join(', ')}`);
  }

  query<Row extends object>(text: string, ...values: LinkValue[]): Promise<Row[]> {
    return this.#statements.query<Row>(text, values);
  }

  /** Returns the text for the current database, if no common SQL exists. */
  either(sqlite: string, postgres: string): string {
    return this.dialect === 'sqlite' ? sqlite : postgres;
  }

  /** Returns rows as a list that a statement can select from. */
  list(columns: ListColumns, rows: readonly ListRow[]): List {
    const named = Object.entries(columns);
    const held = rows.map((row) => row.map((value, i) => this.#held(named[i]![1], value)));
    const picked = named.map(([name, column], i) => `${this.#pick(i, column)} AS ${name}`).join(', ');
    const from = this.either('json_each(?)', 'json_array_elements(?::json) AS j(value)');
    return { sql: `(SELECT ${picked} FROM ${from})`, value: JSON.stringify(held) };
  }

  #pick(i: number, column: ListColumn): string {
    return this.either(`value ->> ${i}`, `(value ->> ${i})${POSTGRES_CASTS[column]}`);
  }

  #held(column: ListColumn, value: string | number | null): string | number | null {
    if (typeof value !== 'string') return value;
    return column === 'text' || this.dialect === 'postgres' ? storedText(value) : value;
  }
}

/** Returns the keys of rows as a list. */
export function keyList(db: LinkDatabase, keys: Iterable<number>): List {
  return db.list(
    { key: 'integer' },
    [...keys].map((key) => [key]),
  );
}

/** Groups rows by a common key, in order. */
export function groupedBy<Row, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}
