/**
 * Writes to a store in normal use. Upkeep has its own interface.
 * @module
 */
import type { Linked } from './linking';
import type { TrimCounts } from './log-query';
import type { Author, StashChange, StashSnapshot } from './stash-changes';
import type { WriteAnswer, WriteRecord } from './written';

/** One page of work on the index of results and arguments. */
export interface IndexPage {
  /** Full names of places to index in addition to the indexed ones, e.g. `temporal.result.chi2`. */
  places: readonly string[];
  /** The approximate number of documents to read. */
  limit: number;
}

/** Writes that change a store. */
export interface Writing {
  /** Writes records in one transaction and returns their answers in order. Rejects if none of them was stored. */
  write(records: readonly WriteRecord[]): Promise<WriteAnswer[]>;
  /**
   * Changes a stash. `expected_version`: rejects with `STORE_BUSY` if the stash has another version, so an update can read it
   * again. A change of `scan_id` sets the counter: `set scan_id N` makes the next one N + 1.
   */
  changeStash(
    lab: string,
    changes: readonly StashChange[],
    author: Author,
    expected_version?: number,
  ): Promise<StashSnapshot>;
  /** Indexes the named places in one page of documents that were not read yet. Returns true if more are left. */
  indexValues(page: IndexPage): Promise<boolean>;
  /** Deletes checkpoints and logged lines from before an instant (UNIX seconds). Runs stay unchanged. */
  trimProgress(before: number): Promise<TrimCounts>;
  /**
   * Derives links from recorded facts: one page in one transaction. Neither the records nor the store's state change. Pages of
   * several processes run one after the other. Rejects with `STORE_BUSY` if another process is writing to the SQLite file.
   * @param limit the highest number of chain links and runs that the page processes
   */
  link(limit: number): Promise<Linked>;
  /** Deletes everything that is derived. Later pages derive it again, in any process and across interruptions. */
  forgetLinks(): Promise<void>;
}
