/**
 * The way to one store: opened with the first call, and kept free of calls while it does not answer. Every call has a
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

/** Where a store comes from. */
export interface StoreSource {
  /** Opens it, for the connection alone. */
  open(): Promise<Store>;
  /** The next recorder that names it gets another connection. */
  forget(): void;
  /** True: it is closed with the connection. */
  readonly owned: boolean;
}

/** Learns how the store is. None of its methods may throw. */
export interface StoreListener {
  storeOpened(store: Store): void;
  /** Calls are kept away from now on. */
  storeAway(): void;
  /** Calls were kept away, and the store has answered an earlier one. */
  storeAnswered(): void;
  /** Only a person can mend it; perhaps after the call's time. */
  storeRefused(error: unknown): void;
}

/** The connection to one store. One per store and process. */
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

  /** True while calls are let through, as far as is known. */
  get healthy(): boolean {
    return this.#circuit.state === 'closed';
  }

  get wait_ms(): number {
    return this.#circuit.wait_ms;
  }

  /** True when each call has its answer. */
  get quiet(): boolean {
    return this.#unanswered.none;
  }

  /** Resolves when the calls that are open now have an answer, or failed. */
  allAnswered(): Promise<void> {
    return this.#unanswered.all();
  }

  /** The open store; a failed opening is tried again by the next call. @throws (rejects) with its ProvenanceError */
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

  /** A call with a deadline of 1 s at most; rejects at once while calls are kept away. */
  call<T>(action: (store: Store) => Promise<T>): Promise<T> {
    return this.#circuit.call(() => this.#unanswered.watch(async () => action(await this.opened())));
  }

  /** Writes once the stashes that are due were read. */
  write(records: readonly WriteRecord[]): Promise<WriteAnswer[]> {
    return this.call(async (store) => {
      await this.#stashes.load(store);
      return store.write(records);
    });
  }

  /** The stash history of a lab, newest first, once the `stash` option was put in. */
  stashHistory(lab: string): Promise<StashHistoryEntry[]> {
    return this.call(async (store) => {
      await this.#stashes.load(store);
      return store.stashHistory(lab);
    });
  }

  /** Closes what it opened, within the time. Never rejects. */
  async close(timeout_ms: number): Promise<void> {
    if (!this.#source.owned || !this.#store) return;
    const closed = this.#store.then((store) => store.close());
    await withTimeout(closed, Math.max(CLOSING.min_close_ms, timeout_ms)).catch(() => undefined);
  }

  answered(): void {
    // The store is there, late as the answer may be.
    if (this.healthy) return;
    this.#circuit.wake();
    this.#listener.storeAnswered();
  }

  callFailed(error: unknown): void {
    if (isRefusal(error)) this.#listener.storeRefused(error);
  }
}
