/**
 * What was written to a store, in the order in which it was: final documents, as the chain has them. [isolate-safe]
 * @module
 */
import type { JsonObject } from '../../model/json';

/** A place in the order: all of this state, or what stands in it up to a document (its ordinal, from 0). */
export interface ChangePlace {
  /** `storage.state_id` of the transaction. */
  state_id: number;
  ordinal?: number;
}

/** Which changes. */
export interface ChangesQuery {
  /** What comes after it. */
  after: ChangePlace;
  /** Documents that are looked at, at most. */
  limit: number;
}

/** A final document, as it was committed. */
export interface StoredChange {
  state_id: number;
  /** Number of the document within its transaction, from 0. */
  ordinal: number;
  /** It is the last of its transaction. */
  last: boolean;
  /** As the chain calls it: `start`, `stop`, `settled`, `execution`, `data`, `refusal`, `tombstone`, … */
  what: string;
  /** Absent for what is of no lab, or of none that is known. */
  lab?: string;
  document: JsonObject;
}

/** Some changes, in their order. */
export interface ChangesPage {
  /** Those whose document is there: one that was taken out since is left out. */
  changes: StoredChange[];
  /** Where the next page begins: `after` of its query. */
  next: ChangePlace;
  /** There is no more now. */
  done: boolean;
}

/** Reads of what was written. */
export interface ChangeReading {
  /** State of the last transaction that wrote final documents; 0 before the first. */
  lastState(): Promise<number>;
  changes(query: ChangesQuery): Promise<ChangesPage>;
}
