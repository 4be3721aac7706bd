/**
 * One store, delivery and stash cache per place and process, however many recorders write there: their records share
 * commits. Opened with the first record, closed with the last recorder. Node only.
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

/** Bounds of a store that recorders share. */
export interface SharedStoreOptions {
  /** Of records in memory. */
  max_bytes: number;
  /** Absent: there is none. */
  spool: SpoolLimits | undefined;
}

/** A store as recorders share it. It opens nothing before the first call or record. */
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
    this.#links.end();
    await this.delivery.close(deadline);
    await this.#connection.close(deadline.left_ms);
  }

  storeOpened(store: Store): void {
    void this.#moved.take(store);
    void this.delivery.takeLeftovers();
    // What a process that was killed had not derived.
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

  /** Not by the circuit: a page that takes long, or fails, says nothing about whether the store takes records. */
  async link(limit: number): Promise<Linked> {
    return (await this.#connection.opened()).link(limit);
  }

  /** A fault is told once; a store that is away or busy is not one. */
  linkFailed(error: unknown): void {
    if (ProvenanceError.is(error) && PASSING.includes(error.code)) return;
    const fault = error instanceof Error ? error.message : String(error);
    if (this.#linkFault === fault) return;
    this.#linkFault = fault;
    this.#users.notify(`links between runs and data could not be derived (${fault}); it is tried again.`);
  }
}

/** What passes by itself. */
const PASSING: readonly ProvenanceErrorCode[] = ['STORE_UNREACHABLE', 'STORE_BUSY', 'STORE_CLOSED'];
