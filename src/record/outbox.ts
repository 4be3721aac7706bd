/**
 * Sends a recorder's records to its store. Records can arrive after the end, from an activity that outlives its worker. The
 * store is then opened once more, and the process stays alive until they are written. Node only.
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
  /** Records arrived after the end, so the recorder must be closed again. */
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

  /** The store that last received records. */
  get shared(): SharedStore {
    return this.#shared;
  }

  /** True if it was closed and nothing has arrived since. */
  get closed(): boolean {
    return this.#shared.delivery.queue.closed;
  }

  /** True if the store is unavailable. */
  get away(): boolean {
    return this.#shared.delivery.away;
  }

  /** A run has ended, as far as its worker knows. */
  left(): void {
    this.#open().delivery.queue.left();
  }

  /** Adds an entry. Never throws. `always`: it is small, and must not be refused. */
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

/** Returns why a record did not reach the queue. The error's message is not used, because it may quote recorded values. */
export function notQueued(error: unknown): string {
  return `could not be queued: ${error instanceof Error ? error.name : 'error'}`;
}
