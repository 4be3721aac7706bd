/**
 * The way of a recorder's records to its store. Records that come after the end, from an activity that outlives its worker, have
 * the store opened once more: the process lives for as long as that takes. Node only.
 * @module
 */
import { QUEUE } from '../model/limits';
import type { QueueEntry } from './delivery/entry';
import type { SharedStore } from './delivery/shared-store';
import { acquireStore } from './delivery/store-registry';
import type { StoreUser } from './delivery/store-users';
import type { RecorderOptions } from './recorder-interface';

/** The recorder that writes. */
export interface OutboxOwner extends StoreUser {
  /** Records come after the end: it is to be closed once more. */
  reopened(): void;
}

/** The outbox of one recorder. */
export class Outbox {
  readonly #options: Pick<RecorderOptions, 'store' | 'spool' | 'queue_bytes'>;
  readonly #owner: OutboxOwner;
  #shared: SharedStore;

  /** @throws STORE_URL_INVALID */
  constructor(options: Pick<RecorderOptions, 'store' | 'spool' | 'queue_bytes'>, owner: OutboxOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#shared = this.#acquire();
  }

  #acquire(): SharedStore {
    const { store, queue_bytes = QUEUE.max_bytes, spool } = this.#options;
    return acquireStore(store, { max_bytes: queue_bytes, spool, user: this.#owner });
  }

  /** The store that records went to last. */
  get shared(): SharedStore {
    return this.#shared;
  }

  /** It was closed, and nothing has come since. */
  get closed(): boolean {
    return this.#shared.delivery.queue.closed;
  }

  /** The store takes no records just now. */
  get away(): boolean {
    return this.#shared.delivery.away;
  }

  /** A run is over, as far as its worker knows. */
  left(): void {
    this.#open().delivery.queue.left();
  }

  /** Never throws. `always`: small, and must not be refused. */
  push(entry: QueueEntry, place: 'back' | 'always' = 'back'): void {
    try {
      this.#open().delivery.push(entry, place);
    } catch (error) {
      entry.lost?.(notQueued(error));
    }
  }

  #open(): SharedStore {
    if (this.closed) {
      this.#shared = this.#acquire();
      this.#owner.reopened();
    }
    return this.#shared;
  }
}

/** Why a record did not get as far as the queue. The message of an error may quote what was recorded. */
export function notQueued(error: unknown): string {
  return `could not be queued: ${error instanceof Error ? error.name : 'error'}`;
}
