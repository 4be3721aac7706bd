/**
 * Writes records that are one row each, according to the descriptions of their tables. Node only.
 * @module
 */
import { textDigest } from '../../integrity/digests';
import { storedText } from '../../marked-text';
import type { ColumnForm } from '../../records/table';
import { type RowStatement, rowStatements, type Scalar, type TableRow } from '../../records/table-row';
import type { Database, Statement } from '../connection/connection';
import type { Chain } from './chain';

const mark = () => '?';

/** Writes such rows in the current transaction. */
export class RowWriter {
  readonly #db: Database;
  readonly #chain: Chain;
  readonly #statements = new Map<string, Statement>();

  constructor(db: Database, chain: Chain) {
    this.#db = db;
    this.#chain = chain;
  }

  /** Adds the row's final text to the chain. */
  write(row: TableRow): void {
    const statements = rowStatements(row, mark);
    const own = statements.pop()!;
    for (const statement of statements) this.#run(statement);
    const { key, chained } = row.table;
    const text = chained && row.values[chained.column];
    if (!chained || typeof text !== 'string') {
      this.#run(own);
      return;
    }
    const id = this.#prepared(`${own.sql} RETURNING ${key[0]}`).pluck().get(valuesOf(own));
    if (id !== undefined) this.#chain.add(chained.what, id as number, textDigest(text));
  }

  #run(statement: RowStatement): void {
    this.#prepared(statement.sql).run(valuesOf(statement));
  }

  #prepared(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql) as Statement;
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function valuesOf({ values }: RowStatement): Scalar[] {
  return values.map(({ form, value }) => stored(form, value));
}

function stored(form: ColumnForm, value: Scalar): Scalar {
  if (typeof value === 'boolean') return Number(value);
  return form === 'marked' && value !== null ? storedText(String(value)) : value;
}
