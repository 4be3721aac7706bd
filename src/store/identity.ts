/**
 * Who a store is, where it came from, and where it was written. Node only.
 * @module
 */
import type { JsonObject } from '../model/json';

/** A state of a store: the pair names one history, for ever. */
export interface StoreVersion {
  storage_id: string;
  state_id: number;
}

/**
 * Who and what a store is. `storage_id` is never rewritten, except that a copy takes a new one at its first write; `state_id` rises
 * by one per write transaction.
 */
export interface StoreIdentity extends StoreVersion {
  schema_version: number;
  /** UNIX seconds. */
  created_time: number;
  /** Product and SDK versions that created it. */
  creator: JsonObject;
  /** The state of another store that it is a copy of; absent where it was never forked. */
  forked_from?: StoreVersion;
  /** A copy that `backup` made and nobody has written to: when it was made, UNIX seconds. */
  copied_time?: number;
  /** Where `migrate --to` took it: nobody writes here any more. */
  moved_to?: MovedStore;
}

/** Where the content of a store went, and when. */
export interface MovedStore {
  /** URL without credentials. */
  location: string;
  /** UNIX seconds. */
  time: number;
}

/**
 * How a store came to the place where it is written. `found`: nobody told, so it was copied or moved by other means than ours.
 */
export type PlaceKind = 'first' | 'forked' | 'restored' | 'moved' | 'found';

/** A place where a store was written. */
export interface StorePlace {
  /** What tells it from others: a file's inode and time of birth; a server's cluster, database and schema. Compared by `samePlace`. */
  file: string;
  host: string;
  path: string;
  /** The first state that was written there. */
  state_id: number;
  /** UNIX seconds. */
  time: number;
  how: PlaceKind;
}

/** An identity and the last state under it; null for the one that the store has now. */
export interface IdentityUntil {
  storage_id: string;
  state_id: number | null;
}

/** Which identity a state was reached under. */
export function identityAt(identities: readonly IdentityUntil[], state_id: number): string {
  const until = ({ state_id: last }: IdentityUntil) => last ?? Number.POSITIVE_INFINITY;
  const fitting = identities.filter((identity) => state_id <= until(identity));
  return fitting.reduce((first, next) => (until(next) < until(first) ? next : first)).storage_id;
}

/** More than any store can write. */
const STATES_PER_SECOND = 10_000;
/** A clock that was corrected meanwhile. */
const LEAST_LOST_SECONDS = 3_600;

/**
 * The state from which a backup goes on that stands in for its lost original: states that the original may have reached since the
 * backup was made are never given again.
 * @param since when the backup was made, UNIX seconds
 */
export function stateAfterRestore(state_id: number, since: number): number {
  const lost_s = Math.max(LEAST_LOST_SECONDS, Date.now() / 1000 - since);
  return state_id + Math.ceil(lost_s) * STATES_PER_SECOND;
}

/** Whether two names of `StorePlace.file` can be of one place. A file's time of birth is not known on every disk. */
export function samePlace(a: string, b: string): boolean {
  const [[inode, birth], [other, born]] = [a.split('@'), b.split('@')];
  return inode === other && (birth === undefined || born === undefined || birth === born);
}
