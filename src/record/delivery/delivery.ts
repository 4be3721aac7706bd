/**
 * Sends this process's records to one store: into the queue or, if the store is unavailable, into the spool. Its memory is
 * bounded. Node only.
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ProvenanceError } from '../../errors';
import { OUTAGE, QUEUE } from '../../model/limits';
import type { OpenRecord, WriteAnswer, WriteRecord } from '../../store/interface/written';
import type { Store } from '../../store/store';
import { Deadline } from '../deadline';
import type { LinkLoop } from '../linking/link-loop';
import { Admission, type Memory } from '../opening/admission';
import { Outage } from '../outage/outage';
import type { SpoolAccess } from '../outage/spool-access';
import type { SpoolListener } from '../outage/spool-writer';
import type { SpoolFigures } from '../reports/meter';
import type { StashCache } from '../stash-cache';
import type { QueueEntry } from './entry';
import { type GroupListener, GroupQueue } from './queue';
import type { StoreConnection } from './store-connection';
import type { StoreReasons } from './store-reasons';
import type { StoreUsers } from './store-users';
import type { WaitingWatch } from './waiting-watch';

/** Dependencies of the delivery to one store. */
export interface DeliveryParts {
  connection: StoreConnection;
  stashes: StashCache;
  users: StoreUsers;
  reasons: StoreReasons;
  watch: WaitingWatch;
  links: LinkLoop;
  /** Absent: there is no spool, and records wait in the queue. */
  access: SpoolAccess | undefined;
  max_bytes: number;
  /** When this process began to use the store, UNIX seconds. */
  since: number;
}

/** The delivery to one store. There is one per store and process. */
export class Delivery implements GroupListener, Memory, SpoolListener {
  readonly #parts: DeliveryParts;
  /** Openings wait here while memory is full. */
  readonly admission = new Admission(this);
  readonly queue: GroupQueue;
  readonly #outage: Outage | undefined;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
    const { access, connection } = parts;
    this.queue = new GroupQueue(connection, this);
    this.#outage = access && new Outage({ ...parts, access, queue: this.queue, spoolListener: this });
  }

  /** True if the store is unavailable, as far as is known. */
  get away(): boolean {
    return this.#outage?.diverting === true || !this.#parts.connection.healthy;
  }

  get full(): boolean {
    return this.#waiting_bytes >= this.#parts.max_bytes;
  }

  /** Bytes in memory on the way to the store or the spool. */
  get #waiting_bytes(): number {
    return this.queue.bytes + (this.#outage?.waiting_bytes ?? 0);
  }

  /** Adds an entry. `front`: it was in the queue before. `always`: it is small, and must not be refused. */
  push(entry: QueueEntry, place: 'back' | 'front' | 'always' = 'back'): void {
    if (this.queue.closed) {
      entry.lost?.('the recorder is closed');
      return;
    }
    const { max_bytes } = this.#parts;
    const most_bytes = (this.#outage ? QUEUE.hard_multiple : 1) * max_bytes;
    // The last entry may exceed the limit, because it was admitted while less was waiting.
    const refused = place === 'back' && this.#waiting_bytes >= most_bytes;
    if (place === 'back' && this.queue.bytes + entry.bytes > max_bytes) this.#outage?.begin();
    if (refused) entry.lost?.('the queue is full');
    else if (this.#outage?.diverting) this.#outage.append(entry);
    else this.queue.push(entry, place === 'front' ? 'front' : 'back');
  }

  /**
   * Runs a read. While the store is unavailable it rejects at once, because a read does not show whether the store accepts
   * records.
   */
  async read<T>(action: (store: Store) => Promise<T>): Promise<T> {
    if (this.away) throw new ProvenanceError('STORE_UNREACHABLE', 'The store does not answer now.');
    return this.#parts.connection.call(action);
  }

  /** Writes a start to the spool while it waits for the store. Returns true if it was written. Never rejects. */
  async keep(record: OpenRecord): Promise<boolean> {
    return (await this.#outage?.keep(record)) ?? false;
  }

  /** Calls to the store are stopped from now on. */
  storeAway(): void {
    this.#outage?.begin();
  }

  /** The store has answered a call, perhaps after its deadline. */
  storeAnswered(): void {
    this.#outage?.answered();
  }

  /** Imports what earlier processes left in the spool. Never rejects. */
  async takeLeftovers(): Promise<void> {
    await this.#outage?.takeLeftovers();
  }

  early(entry: QueueEntry): boolean {
    return this.#outage?.early(entry) ?? false;
  }

  committed(group: readonly QueueEntry[], answers: readonly WriteAnswer[], time_ms: number): void {
    this.#parts.reasons.over();
    this.#parts.users.committed(group, answers, { time_ms, queued_bytes: this.queue.bytes });
    this.#parts.links.written(recordsOf(group));
    this.admission.freed();
  }

  failed(error: unknown): void {
    const { stashes, reasons, watch } = this.#parts;
    stashes.doubt();
    reasons.failed(error);
    watch.begin();
    this.#outage?.groupFailed();
  }

  figures(figures: SpoolFigures): void {
    this.#parts.users.figures(figures);
  }

  freed(): void {
    this.admission.freed();
  }

  /**
   * Resolves when all records are in the store and their links are derived; during an outage, when all are in the spool. It also
   * resolves when the time is over.
   */
  async flush(timeout_ms: number): Promise<void> {
    const deadline = new Deadline(timeout_ms);
    // While the store imports the spool, waiting is worthwhile.
    while (this.#outage?.diverting && this.#parts.connection.healthy && deadline.left_ms > 0)
      await pause(OUTAGE.queue_look_ms);
    if (!this.#outage?.diverting) await this.queue.flush(deadline.left_ms);
    if (this.#outage) await deadline.wait(this.#outage.written());
    await this.#parts.links.finish(deadline);
  }

  /** Writes all waiting records to the spool and leaves them for the next process. Never rejects. */
  async close(deadline: Deadline): Promise<void> {
    await this.#outage?.end(deadline);
    this.queue.close('the recorder was closed before the store accepted it');
    await this.#outage?.close(deadline);
  }
}

function* recordsOf(group: readonly QueueEntry[]): Generator<WriteRecord> {
  for (const { record } of group) yield record;
}
