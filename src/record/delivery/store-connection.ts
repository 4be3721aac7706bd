/**
 * The connection to one store. It is opened with the first call, and calls are stopped while it does not answer. Every call has a
 * deadline. Node only.
 * @module
 */
import { CLOSING, STORE_CALL } from '../../model/limits';
import { withTimeout } from '../../model/with-timeout';
import type { StashHistoryEntry } from '../../store/interface/stash-changes';
import type { WriteAnswer, WriteRecord } from '../../store/interface/written';
import type { Store } from '../../store/store';
import type { StashCache } from '../stash-cache';
import { isRefusal, isStoreAway } from '../store-errors';
import { Circuit } from './circuit';
import type { GroupTarget } from './queue';
import { type CallListener, Unanswered } from './unanswered';

/** Opens a store. */
export interface StoreSource {
  /** Opens the store for this connection only. */
  open(): Promise<Store>;
  /** After this, the next recorder that names the store gets another connection. */
  forget(): void;
  /** True if the store is closed with the connection. */
  readonly owned: boolean;
}

/** Receives changes of the store's state. None of its methods may throw. */
export interface StoreListener {
  storeOpened(store: Store): void;
  /** Calls are stopped from now on. */
  storeAway(): void;
  /** While calls were stopped, the store answered an earlier one. */
  storeAnswered(): void;
  /** The store refused a call, perhaps after its deadline. Only a person can correct this. */
  storeRefused(error: unknown): void;
}

/** The connection to one store. A process has one per store. */
export class StoreConnection implements GroupTarget, CallListener {
  readonly #source: StoreSource;
  readonly #stashes: StashCache;
  readonly #listener: StoreListener;
  readonly #circuit: Circuit;
  readonly #unanswered = new Unanswered(this);
  #store: Promise<Store> | undefined;

  constructor(source: StoreSource, stashes: StashCache, listener: StoreListener) {
    this.#source = source;
    this.#stashes = stashes;
    this.#listener = listener;
    this.#circuit = new Circuit({
      counts: isStoreAway,
      lasts: isRefusal,
      longest_pause_ms: STORE_CALL.longest_pause_ms,
      onChange: (state) => state === 'open' && listener.storeAway(),
    });
  }

  /** True if calls pass, as far as is known. */
  get healthy(): boolean {
    return this.#circuit.state === 'closed';
  }

  get wait_ms(): number {
    return this.#circuit.wait_ms;
  }

  /** True if every call has its answer. */
  get quiet(): boolean {
    return this.#unanswered.none;
  }

  /** Resolves when the current calls have an answer or failed. */
  allAnswered(): Promise<void> {
    return this.#unanswered.all();
  }

  /**
   * Returns the open store. After a failure, the next call tries to open it again.
   * @throws (rejects) with its ProvenanceError
   */
  opened(): Promise<Store> {
    if (!this.#store) {
      const opening = this.#source.open();
      this.#store = opening;
      opening.then(
        (store) => this.#listener.storeOpened(store),
        () => {
          if (this.#store === opening) this.#store = undefined;
        },
      );
    }
    return this.#store;
  }

  /** Runs a call with a deadline of at most 1 s. Rejects at once while calls are stopped. */
  call<T>(action: (store: Store) => Promise<T>): Promise<T> {
    return this.#circuit.call(() => this.#unanswered.watch(async () => action(await this.opened())));
  }

  /** Writes records after reading the stashes that are due. */
  write(records: readonly WriteRecord[]): Promise<WriteAnswer[]> {
    return this.call(async (store) => {
      await this.#stashes.load(store);
      return store.write(records);
    });
  }

  /** Returns the stash history of a lab, newest first, after the `stash` option was applied. */
  stashHistory(lab: string): Promise<StashHistoryEntry[]> {
    return this.call(async (store) => {
      await this.#stashes.load(store);
      return store.stashHistory(lab);
    });
  }

  /** Closes what it opened, within the time limit. Never rejects. */
  async close(timeout_ms: number): Promise<void> {
    if (!this.#source.owned || !this.#store) return;
    const closed = this.#store.then((store) => store.close());
    await withTimeout(closed, Math.max(CLOSING.min_close_ms, timeout_ms)).catch(() => undefined);
  }

  answered(): void {
    // The store is available, even if the answer came late.
    if (this.healthy) return;
    this.#circuit.wake();
    this.#listener.storeAnswered();
  }

  callFailed(error: unknown): void {
    if (isRefusal(error)) this.#listener.storeRefused(error);
  }
}
