/**
 * One store, delivery and stash cache per place and process. All recorders that write there share it, and so share commits. It is
 * opened with the first record and closed with the last recorder. Node only.
 * @module
 */
import { ProvenanceError, type ProvenanceErrorCode } from '../../errors';
import type { SpoolState } from '../../model/environment';
import { processAuthor } from '../../store/author';
import type { Linked } from '../../store/interface/linking';
import type { Store } from '../../store/store';
import { Deadline } from '../deadline';
import { LinkLoop, type LinkTargets } from '../linking/link-loop';
import { MovedSpool } from '../outage/moved-spool';
import { SpoolAccess, type SpoolLimits } from '../outage/spool-access';
import { StashCache } from '../stash-cache';
import { Delivery } from './delivery';
import { StoreConnection, type StoreListener, type StoreSource } from './store-connection';
import { StoreReasons } from './store-reasons';
import { type StoreUser, StoreUsers } from './store-users';
import { type WaitingTargets, WaitingWatch } from './waiting-watch';

/** Limits of a shared store. */
export interface SharedStoreOptions {
  /** The highest number of bytes of records in memory. */
  max_bytes: number;
  /** Absent: there is no spool. */
  spool: SpoolLimits | undefined;
}

/** A store that recorders share. It opens nothing before the first call or record. */
export class SharedStore implements StoreListener, WaitingTargets, LinkTargets {
  readonly stashes = new StashCache(processAuthor());
  readonly delivery: Delivery;
  readonly #users = new StoreUsers();
  readonly #source: StoreSource;
  readonly #connection: StoreConnection;
  readonly #access: SpoolAccess | undefined;
  readonly #moved: MovedSpool;
  readonly #reasons = new StoreReasons(this.#users);
  readonly #watch = new WaitingWatch(this);
  readonly #links = new LinkLoop(this);
  #linkFault: string | undefined;
  #spool: SpoolState | undefined;

  constructor(source: StoreSource, { max_bytes, spool }: SharedStoreOptions) {
    this.#source = source;
    this.#access = spool && new SpoolAccess(spool, this.#users);
    this.#connection = new StoreConnection(source, this.stashes, this);
    const parts = {
      connection: this.#connection,
      users: this.#users,
      links: this.#links,
      since: Date.now() / 1000,
    };
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

  /** Adds a recorder that writes here. */
  join(user: StoreUser): void {
    this.#users.add(user);
  }

  /** The last known state of the spool. Absent before the first check, and if there is no spool. */
  get spool(): SpoolState | undefined {
    return this.#spool;
  }

  /** Tests the spool, which reports a fault if it can't be used. Never rejects. */
  async trySpool(): Promise<void> {
    await this.#access?.tried();
    this.look(await this.spoolState());
  }

  /**
   * Returns the open store.
   * @throws (rejects) with its ProvenanceError
   */
  opened(): Promise<Store> {
    return this.#connection.opened();
  }

  /**
   * Removes a recorder. The last one writes all remaining records to the spool and closes what it opened, within the time limit.
   */
  async release(user: StoreUser, timeout_ms: number): Promise<void> {
    const deadline = new Deadline(timeout_ms);
    if (!this.#users.remove(user)) return;
    this.#source.forget();
    this.#watch.end();
    this.#moved.close();
    this.#links.end();
    await this.delivery.close(deadline);
    await this.#connection.close(deadline.left_ms);
  }

  storeOpened(store: Store): void {
    void this.#moved.take(store);
    void this.delivery.takeLeftovers();
    // Derives what a killed process left.
    this.#links.begin();
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

  mayLink(): boolean {
    return !this.delivery.away && !this.delivery.queue.closed;
  }

  idle(): boolean {
    return this.delivery.queue.idle;
  }

  /** Bypasses the circuit: a slow or failed page does not show whether the store accepts records. */
  async link(limit: number): Promise<Linked> {
    return (await this.#connection.opened()).link(limit);
  }

  /** Reports each fault of linking once. */
  linkFailed(error: unknown): void {
    if (ProvenanceError.is(error) && OTHERWISE_REPORTED.includes(error.code)) return;
    const fault = error instanceof Error ? error.message : String(error);
    if (this.#linkFault === fault) return;
    this.#linkFault = fault;
    this.#users.notify(`links between runs and data could not be derived (${fault}); this is retried.`);
  }
}

/** Not faults of linking: temporary errors, and errors of the whole store, which the next write reports. */
const OTHERWISE_REPORTED: readonly ProvenanceErrorCode[] = [
  'STORE_UNREACHABLE',
  'STORE_BUSY',
  'STORE_CLOSED',
  'STORE_MOVED',
  'STORE_SCHEMA_NEWER',
];
