/**
 * Outages of a store: records go to the spool instead of the queue, and are imported in order once a call succeeds. Node only.
 * `direct`: entries go to the queue. `diverting`: they go to the spool, which is imported as soon as the store answers.
 * `finishing`: little is left in the spool; entries are held in the queue until it is empty, so that they keep their order.
 * @module
 */

import { CLOSING } from '../../model/limits';
import type { OpenRecord } from '../../store/interface/written';
import type { Deadline } from '../deadline';
import type { QueueEntry } from '../delivery/entry';
import type { GroupQueue } from '../delivery/queue';
import { DrainLoop, type LoopTarget } from './drain-loop';
import type { LateRecordsParts } from './late-records';
import { OutageNotice } from './outage-notice';
import type { SpoolAccess } from './spool-access';
import { SpoolIntake } from './spool-intake';
import { type RecoveryTarget, SpoolRecovery } from './spool-recovery';
import { type SpoolListener, SpoolWriter } from './spool-writer';

/** Dependencies of outages. */
export interface OutageParts extends LateRecordsParts {
  access: SpoolAccess;
  queue: GroupQueue;
  spoolListener: SpoolListener;
}

/** The outages of one store that has a spool. Its methods never throw and never reject. */
export class Outage implements LoopTarget, RecoveryTarget {
  readonly #parts: OutageParts;
  readonly #closing = new AbortController();
  readonly #notice: OutageNotice;
  readonly #writer: SpoolWriter;
  readonly #intake: SpoolIntake;
  readonly #loop: DrainLoop;
  readonly #recovery: SpoolRecovery;
  #mode: 'direct' | 'diverting' | 'finishing' = 'direct';
  #beginning: Promise<void> | undefined;
  /** The number of imported records when the outage began. */
  #takenBefore = 0;

  constructor(parts: OutageParts) {
    this.#parts = parts;
    const { access, connection, queue, users, spoolListener } = parts;
    const closing = this.#closing.signal;
    this.#notice = new OutageNotice(users);
    this.#writer = new SpoolWriter(access, spoolListener);
    this.#intake = new SpoolIntake(access, this.#writer, parts);
    this.#loop = new DrainLoop({ connection, queue, intake: this.#intake, target: this, closing });
    this.#recovery = new SpoolRecovery(access, this, closing);
  }

  /** True if new records go to the spool. */
  get diverting(): boolean {
    return this.#mode === 'diverting';
  }

  get lasting(): boolean {
    return this.#mode !== 'direct';
  }

  /** Bytes in memory on the way to the spool. */
  get waiting_bytes(): number {
    return this.#writer.waiting_bytes;
  }

  /** Adds an entry while records go to the spool. */
  append(entry: QueueEntry): void {
    this.#writer.append([entry]);
  }

  /** Spools an entry whose run is not in the store yet. Returns false if everything is being closed. */
  early(entry: QueueEntry): boolean {
    if (this.#closing.signal.aborted) return false;
    this.#writer.append([entry]);
    this.#recovery.lookLater();
    return true;
  }

  /**
   * Writes a copy of a start to the spool while the start is still in the queue, so that the run survives a kill. If the start is
   * already being spooled, this waits. The queue keeps the start, and the store recognises it by its uid. This is needed in an
   * outage too. A group that was sent to the store before the outage is not in the spool, and may not be stored. Never rejects.
   */
  async keep(record: OpenRecord): Promise<boolean> {
    if (this.#closing.signal.aborted) return false;
    const copied = await this.#writer.copy(record);
    if (copied) this.#recovery.lookLater();
    return copied;
  }

  /** A group failed. If the store is known to be unavailable, waiting entries go to the spool. */
  groupFailed(): void {
    if (this.#parts.connection.healthy) return;
    if (this.diverting) this.sweep();
    else this.begin();
  }

  /** The store is unavailable, or memory is full. Records go to the spool from now on, if it can be opened. */
  begin(): void {
    if (this.#closing.signal.aborted || this.diverting) return;
    this.#beginning ??= this.#parts.access
      .opened()
      .then(
        () => this.#divert(),
        () => undefined,
      )
      .finally(() => {
        this.#beginning = undefined;
      });
  }

  #divert(): void {
    if (this.#mode !== 'direct' || this.#closing.signal.aborted) return;
    this.#mode = 'diverting';
    this.#takenBefore = this.#intake.taken;
    this.#notice.begun(this.#parts.access.folder);
    this.groupFailed();
    this.#loop.begin();
  }

  /** The store has answered a call, perhaps after its deadline. */
  answered(): void {
    this.#loop.wake();
  }

  sweep(): void {
    this.#writer.append(this.#parts.queue.takeAll());
  }

  async finish(): Promise<void> {
    const { queue } = this.#parts;
    // Until now everything went to the spool, so the order is kept: docs/design/spool.md#during-an-outage.
    this.#mode = 'finishing';
    queue.hold();
    await this.written();
    const back = await this.#intake.take(this.#closing.signal).catch(() => false);
    if (back && this.#writer.quiet) {
      this.#mode = 'direct';
      this.#notice.over(this.#intake.taken - this.#takenBefore);
      this.#recovery.lookLater();
    } else {
      this.#mode = 'diverting';
      this.sweep();
    }
    queue.release();
  }

  /** Imports what earlier processes left. Call it when the store is open. Never rejects. */
  async takeLeftovers(): Promise<void> {
    await this.#recovery.begin();
  }

  async recover(): Promise<void> {
    if (this.lasting || this.#closing.signal.aborted || !this.#parts.connection.healthy) return;
    await this.#intake.take(this.#closing.signal).catch(() => false);
  }

  /** Resolves when nothing is on its way to the spool any more. */
  async written(): Promise<void> {
    await this.#beginning;
    await this.#writer.allAppended();
  }

  /** Writes all waiting records to the spool and starts nothing new. Never rejects. */
  async end(deadline: Deadline): Promise<void> {
    this.#closing.abort();
    this.#loop.wake();
    this.#notice.sumUp();
    if (!this.#parts.queue.idle) await deadline.wait(this.#spoolQueue());
    // Ends of runs are spooled after the starts that they belong to.
    await deadline.wait(this.written());
  }

  async #spoolQueue(): Promise<void> {
    await this.#parts.access.opened();
    this.#mode = 'diverting';
    this.#writer.append(this.#parts.queue.takeAll(true));
  }

  /**
   * Leaves the spool to the next process. If the store is available, copies of records that it has are removed first. Never
   * rejects.
   */
  async close(deadline: Deadline): Promise<void> {
    const intake_ms = Math.floor(deadline.left_ms * CLOSING.intake_share);
    const away = this.diverting || !this.#parts.connection.healthy;
    if (this.#writer.hasCopies && !away && intake_ms > 0)
      await deadline.wait(this.#intake.take(AbortSignal.timeout(intake_ms)));
    await deadline.wait(this.#parts.access.close());
  }
}
