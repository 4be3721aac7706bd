/**
 * Continues the index of results and arguments, one page per transaction. Node only.
 * @module
 */
import type { IndexPage } from '../../interface/writing';
import { indexPage } from '../../value-index/index-page';
import type { Work } from '../../value-index/rows';
import type { Database } from '../connection/connection';
import { SQLITE } from '../search';
import type { Transactions } from './transaction';

/** Continues the index for one connection. */
export class ValueIndexer {
  readonly #db: Database;
  readonly #transactions: Transactions;

  constructor(db: Database, transactions: Transactions) {
    this.#db = db;
    this.#transactions = transactions;
  }

  /**
   * @returns true if more pages are left
   * @throws (rejects) if another process is writing
   */
  page(page: IndexPage): Promise<boolean> {
    return this.#transactions.derive(async () => doWork(this.#db, indexPage(SQLITE, page)));
  }
}

/** Runs the work in the current transaction. */
export function doWork<Answer>(db: Database, work: Work<Answer>): Answer {
  for (let step = work.next(); ; ) {
    if (step.done) return step.value;
    const statement = db.prepare(step.value.text);
    const { values } = step.value;
    if (statement.reader) step = work.next(statement.all(values) as object[]);
    else {
      statement.run(values);
      step = work.next([]);
    }
  }
}
