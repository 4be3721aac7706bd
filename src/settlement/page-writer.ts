/**
 * Writes what a page of executions gives, in transactions that leave other writers their turn, so that a page need not be
 * held until its end. Every record is idempotent: a page that is begun again writes the same.
 * @module
 */

import type { WriteRecord } from '../store/interface/written';
import type { Store } from '../store/store';

/** Records of one transaction. */
const BATCH = 500;

/** Writes the records of a page in groups, in the order in which they were added. */
export class PageWriter {
  readonly #store: Pick<Store, 'write'>;
  #waiting: WriteRecord[] = [];
  #written: Promise<void> = Promise.resolve();

  constructor(store: Pick<Store, 'write'>) {
    this.#store = store;
  }

  /** Resolves when there is room for more. Rejects when something could not be written. */
  async add(records: readonly WriteRecord[]): Promise<void> {
    for (const record of records) this.#waiting.push(record);
    if (this.#waiting.length >= BATCH) await this.flush();
  }

  /** Resolves when all is written. */
  flush(): Promise<void> {
    this.#written = this.#written.then(async () => {
      const all = this.#waiting;
      this.#waiting = [];
      for (let from = 0; from < all.length; from += BATCH)
        await this.#store.write(all.slice(from, from + BATCH));
    });
    return this.#written;
  }
}
