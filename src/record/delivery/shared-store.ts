/**
 * One store, delivery and stash cache per place and process, however many recorders write there: their records share
 * commits. Opened with the first record, closed with the last recorder. Node only.
 * @module
 */
import type { SpoolState } from '../../model/environment';
import { processAuthor } from '../../store/author';
import type { Store } from '../../store/store';
import { Deadline } from '../deadline';
import { MovedSpool } from '../outage/moved-spool';
import { SpoolAccess, type SpoolLimits } from '../outage/spool-access';
import { StashCache } from '../stash-cache';
import { Delivery } from './delivery';
import { StoreConnection, type StoreListener, type StoreSource } from './store-connection';
import { StoreReasons } from './store-reasons';
import { type StoreUser, StoreUsers } from './store-users';
import { type WaitingTargets, WaitingWatch } from './waiting-watch';

/** Bounds of a store that recorders share. */
export interface SharedStoreOptions {
  /** Of records in memory. */
  max_bytes: number;
  /** Absent: there is none. */
  spool: SpoolLimits | undefined;
}

/** A store as recorders share it. It opens nothing before the first call or record. */
export class SharedStore implements StoreListener, WaitingTargets {
  readonly stashes = new StashCache(processAuthor());
  readonly delivery: Delivery;
  readonly #users = new StoreUsers();
  readonly #source: StoreSource;
  readonly #connection: StoreConnection;
  readonly #access: SpoolAccess | undefined;
  readonly #moved: MovedSpool;
  readonly #reasons = new StoreReasons(this.#users);
  readonly #watch = new WaitingWatch(this);
  #spool: SpoolState | undefined;

  constructor(source: StoreSource, { max_bytes, spool }: SharedStoreOptions) {
    this.#source = source;
    this.#access = spool && new SpoolAccess(spool, this.#users);
    this.#connection = new StoreConnection(source, this.stashes, this);
    const parts = { connection: this.#connection, users: this.#users, since: Date.now() / 1000 };
    this.#moved = new MovedSpool(parts, spool?.store && spool.folder);
    this.delivery = new Delivery({
      ...parts,
      stashes: this.stashes,
      reasons: this.#reasons,
      watch: this.#watch,
      access: this.#access,
      max_bytes,
    });
  }

  /** A recorder writes here from now on. */
  join(user: StoreUser): void {
    this.#users.add(user);
  }

  /** The spool as it was when it was last looked at; absent before, and where there is none. */
  get spool(): SpoolState | undefined {
    return this.#spool;
  }

  /** Tries the spool, which is told when it can't be used. Never rejects. */
  async trySpool(): Promise<void> {
    await this.#access?.tried();
    this.look(await this.spoolState());
  }

  /** The open store. @throws (rejects) with its ProvenanceError */
  opened(): Promise<Store> {
    return this.#connection.opened();
  }

  /** The last recorder puts what the store has not taken into the spool and closes what it opened, within the time. */
  async release(user: StoreUser, timeout_ms: number): Promise<void> {
    const deadline = new Deadline(timeout_ms);
    if (!this.#users.remove(user)) return;
    this.#source.forget();
    this.#watch.end();
    this.#moved.close();
    await this.delivery.close(deadline);
    await this.#connection.close(deadline.left_ms);
  }

  storeOpened(store: Store): void {
    void this.#moved.take(store);
    void this.delivery.takeLeftovers();
  }

  storeAway(): void {
    this.delivery.storeAway();
  }

  storeAnswered(): void {
    this.delivery.storeAnswered();
  }

  storeRefused(error: unknown): void {
    this.#reasons.failed(error);
  }

  waits(): boolean {
    return this.delivery.away || !this.delivery.queue.idle;
  }

  async spoolState(): Promise<SpoolState | undefined> {
    return this.#access?.state();
  }

  look(spool: SpoolState | undefined): void {
    this.#spool = spool;
    this.#users.waiting(this.delivery.queue.bytes, spool?.waiting_bytes);
  }

  over(): void {
    this.#users.returned();
  }
}
