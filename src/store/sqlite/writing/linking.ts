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

/** Derives links on one connection, in its own transactions. */
export class Linking {
  readonly #statements: LinkStatements;
  readonly #transactions: Transactions;

  constructor(db: Database, transactions: Transactions) {
    this.#statements = new SqliteStatements(db);
    this.#transactions = transactions;
  }

  /**
   * Derives one page.
   * @throws (rejects) if another process is writing
   */
  link(limit: number): Promise<Linked> {
    return this.#transactions.derive(() => derivePage(this.#statements, limit));
  }

  /**
   * Deletes everything that is derived; later pages derive it again.
   * @throws (rejects) if another process is writing
   */
  forget(): Promise<void> {
    return this.#transactions.derive(() => forgetLinks(this.#statements));
  }
}
