/**
 * The identity of a store, its origin, and the places at which it was written. Node only.
 * @module
 */
import type { JsonObject } from '../model/json';

/** A state of a store. The pair identifies one history permanently. */
export interface StoreVersion {
  storage_id: string;
  state_id: number;
}

/**
 * The identity of a store. `storage_id` never changes, except that a copy gets a new one at its first write. `state_id` rises by
 * one with each write transaction.
 */
export interface StoreIdentity extends StoreVersion {
  schema_version: number;
  /** UNIX seconds. */
  created_time: number;
  /** Product and SDK versions that created it. */
  creator: JsonObject;
  /** The state of the store that this one was copied from. Absent if it was never forked. */
  forked_from?: StoreVersion;
  /** When `backup` created this copy, UNIX seconds. Absent after the first write to the copy. */
  copied_time?: number;
  /** The target of `migrate --to`. This store is no longer written. */
  moved_to?: MovedStore;
}

/** The place to which the content of a store was moved, and when. */
export interface MovedStore {
  /** URL without credentials. */
  location: string;
  /** UNIX seconds. */
  time: number;
}

/** How a store came to its place. `found`: the store was copied or moved by other means than our commands. */
export type PlaceKind = 'first' | 'forked' | 'restored' | 'moved' | 'found';

/** A place at which a store was written. */
export interface StorePlace {
  /**
   * Distinguishes places: a file's inode and time of birth, or a server's cluster, database and schema. Compared by `samePlace`.
   */
  file: string;
  host: string;
  path: string;
  /** The first state that was written at this place. */
  state_id: number;
  /** UNIX seconds. */
  time: number;
  how: PlaceKind;
}

/** An identity and the last state under it. The state is null for the store's current identity. */
export interface IdentityUntil {
  storage_id: string;
  state_id: number | null;
}

/** Returns the identity under which a state was written. */
export function identityAt(identities: readonly IdentityUntil[], state_id: number): string {
  const until = ({ state_id: last }: IdentityUntil) => last ?? Number.POSITIVE_INFINITY;
  const fitting = identities.filter((identity) => state_id <= until(identity));
  return fitting.reduce((first, next) => (until(next) < until(first) ? next : first)).storage_id;
}

/** An upper limit of the states that a store can write per second. */
const STATES_PER_SECOND = 10_000;
/** The least time that is assumed, in case the clock was corrected after the backup. */
const LEAST_LOST_SECONDS = 3_600;

/**
 * Returns the next state of a backup that replaces its lost original. The original may have written further states after the
 * backup. Those numbers are never used again.
 * @param since when the backup was created, UNIX seconds
 */
export function stateAfterRestore(state_id: number, since: number): number {
  // See docs/design/store.md#copies-and-moves.
  const lost_s = Math.max(LEAST_LOST_SECONDS, Date.now() / 1000 - since);
  return state_id + Math.ceil(lost_s) * STATES_PER_SECOND;
}

/** True if two values of `StorePlace.file` can be the same place. Some disks do not record a file's time of birth. */
export function samePlace(a: string, b: string): boolean {
  const [[inode, birth], [other, born]] = [a.split('@'), b.split('@')];
  return inode === other && (birth === undefined || born === undefined || birth === born);
}
