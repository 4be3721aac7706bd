/**
 * Writes the records of a page of executions in several transactions, so that other writers get their turn and memory is freed
 * early. Every record is idempotent: a repeated page writes the same records.
 * @module
 */

import type { WriteRecord } from '../store/interface/written';
import type { Store } from '../store/store';

/** Records per transaction. */
const BATCH = 500;

/** Writes the records of a page in groups, in the order in which they were added. */
export class PageWriter {
  readonly #store: Pick<Store, 'write'>;
  #waiting: WriteRecord[] = [];
  #written: Promise<void> = Promise.resolve();

  constructor(store: Pick<Store, 'write'>) {
    this.#store = store;
  }

  /** Resolves when there is room for more. Rejects if a record could not be written. */
  async add(records: readonly WriteRecord[]): Promise<void> {
    for (const record of records) this.#waiting.push(record);
    if (this.#waiting.length >= BATCH) await this.flush();
  }

  /** Resolves when everything is written. */
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
