/**
 * What can be done to a store while it is in use; upkeep has its own door.
 * @module
 */
import type { Linked } from './linking';
import type { TrimCounts } from './log-query';
import type { Author, StashChange, StashSnapshot } from './stash-changes';
import type { WriteAnswer, WriteRecord } from './written';

/** A part of the work on the index of results and arguments. */
export interface IndexPage {
  /** Full names of places that are indexed from here on, beside those that are already: `temporal.result.chi2`. */
  places: readonly string[];
  /** Documents that are looked into, about. */
  limit: number;
}

/** What changes a store. */
export interface Writing {
  /** One transaction; answers in order. Rejects when none of it was stored. */
  write(records: readonly WriteRecord[]): Promise<WriteAnswer[]>;
  /**
   * `expected_version`: rejects with `STORE_BUSY` when the stash has moved on, so that an update can read again.
   * A change of `scan_id` sets the counter: `set scan_id N` makes the next one N + 1.
   */
  changeStash(
    lab: string,
    changes: readonly StashChange[],
    author: Author,
    expected_version?: number,
  ): Promise<StashSnapshot>;
  /** Indexes the named places in documents that were not looked into yet, one page of them; true where there is more to do. */
  indexValues(page: IndexPage): Promise<boolean>;
  /** Removes checkpoints and logged lines from before an instant (UNIX seconds); runs stay as they are. */
  trimProgress(before: number): Promise<TrimCounts>;
  /**
   * Derives links from what was recorded, one page in one transaction; what is recorded stays as it is, and so does the store's state.
   * Pages of several processes come one after the other. Rejects with `STORE_BUSY` where another process writes to a SQLite file just now.
   * @param limit links of the chain and runs that the page goes through at most
   */
  link(limit: number): Promise<Linked>;
  /** All that is derived is forgotten and derived anew, by the pages to come: whoever calls for them, and wherever they stop. */
  forgetLinks(): Promise<void>;
}
