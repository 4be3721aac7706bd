/**
 * The linker's pages on a SQLite store. Node only.
 * @module
 */
import type { Linked, LinkStatements } from '../../interface/linking';
import { forgetLinks } from '../../links/clear';
import { derivePage } from '../../links/derive-page';
import type { Database } from '../connection/connection';
import { SqliteStatements } from '../statements';
import type { Transactions } from './transaction';

/** Derives links on one connection, in transactions of their own. */
export class Linking {
  readonly #statements: LinkStatements;
  readonly #transactions: Transactions;

  constructor(db: Database, transactions: Transactions) {
    this.#statements = new SqliteStatements(db);
    this.#transactions = transactions;
  }

  /** One page. @throws (rejects) when another process writes just now */
  link(limit: number): Promise<Linked> {
    return this.#transactions.derive(() => derivePage(this.#statements, limit));
  }

  /** All is derived anew by the pages to come. @throws (rejects) when another process writes just now */
  forget(): Promise<void> {
    return this.#transactions.derive(() => forgetLinks(this.#statements));
  }
}
