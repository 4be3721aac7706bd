/**
 * The linker's pages on a SQLite store. Node only.
 * @module
 */
import type { Linked, LinkStatements, LinkValue } from '../../interface/linking';
import { forgetLinks } from '../../links/clear';
import { derivePage } from '../../links/derive-page';
import type { Database, Statement } from '../connection/connection';
import type { Transactions } from './transaction';

/** Derives links on one connection, in transactions of their own. */
export class Linking implements LinkStatements {
  readonly dialect = 'sqlite';
  readonly #db: Database;
  readonly #transactions: Transactions;
  readonly #statements = new Map<string, Statement>();

  constructor(db: Database, transactions: Transactions) {
    this.#db = db;
    this.#transactions = transactions;
  }

  /** One page. @throws (rejects) when another process writes just now */
  link(limit: number): Promise<Linked> {
    return this.#transactions.derive(() => derivePage(this, limit));
  }

  /** All is derived anew by the pages to come. @throws (rejects) when another process writes just now */
  forget(): Promise<void> {
    return this.#transactions.derive(() => forgetLinks(this));
  }

  async query<Row extends object>(text: string, values: readonly LinkValue[] = []): Promise<Row[]> {
    const statement = this.#prepared(text);
    if (statement.reader) return statement.all(...values) as Row[];
    statement.run(...values);
    return [];
  }

  #prepared(text: string): Statement {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      // Statements with lists of many lengths come and go.
      if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear();
      statement = this.#db.prepare(text) as Statement;
      this.#statements.set(text, statement);
    }
    return statement;
  }
}

const MOST_STATEMENTS = 200;
