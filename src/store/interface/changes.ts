/**
 * Changes of a store in the order in which they were written: final documents, as the chain lists them. [isolate-safe]
 * @module
 */
import type { JsonObject } from '../../model/json';

/** A position in this order: after a whole state, or after one document of it (its ordinal, from 0). */
export interface ChangePlace {
  /** `storage.state_id` of the transaction. */
  state_id: number;
  ordinal?: number;
}

/** Selects changes. */
export interface ChangesQuery {
  /** Changes after this position. */
  after: ChangePlace;
  /** The highest number of documents to read. */
  limit: number;
}

/** A final document as it was committed. */
export interface StoredChange {
  state_id: number;
  /** Number of the document within its transaction. Numbers start at 0. */
  ordinal: number;
  /** True for the last document of its transaction. */
  last: boolean;
  /** The chain's name for its kind: `start`, `stop`, `settled`, `execution`, `data`, `refusal`, `tombstone`, … */
  what: string;
  /** Absent if it belongs to no lab, or if the lab is unknown. */
  lab?: string;
  document: JsonObject;
}

/** A page of changes in order. */
export interface ChangesPage {
  /** Changes whose document is still stored. Removed documents are left out. */
  changes: StoredChange[];
  /** The position of the next page: `after` of its query. */
  next: ChangePlace;
  /** True if there is no further change now. */
  done: boolean;
}

/** Reads of changes. */
export interface ChangeReading {
  /** Returns the state of the last transaction that wrote final documents; 0 before the first. */
  lastState(): Promise<number>;
  changes(query: ChangesQuery): Promise<ChangesPage>;
}
