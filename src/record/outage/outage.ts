/**
 * What happens while a store takes nothing: records go to the spool instead of the queue, and come back in order once a call
 * gets through. Node only.
 *
 * `direct`: entries go to the queue. `diverting`: they go to the spool, which is being taken in as soon as the store lets it.
 * `finishing`: what is left in the spool is little; entries are held in the queue until it is empty, so that none overtakes.
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

/** What an outage works with. */
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
  /** Records that had been taken in when the outage began. */
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

  /** New records go to the spool. */
  get diverting(): boolean {
    return this.#mode === 'diverting';
  }

  get lasting(): boolean {
    return this.#mode !== 'direct';
  }

  /** In memory, on the way to the spool. */
  get waiting_bytes(): number {
    return this.#writer.waiting_bytes;
  }

  /** Takes an entry while records go to the spool. */
  append(entry: QueueEntry): void {
    this.#writer.append([entry]);
  }

  /** Spools an entry whose run the store does not have yet. False: all is being closed. */
  early(entry: QueueEntry): boolean {
    if (this.#closing.signal.aborted) return false;
    this.#writer.append([entry]);
    this.#recovery.lookLater();
    return true;
  }

  /**
   * Puts a start on the disk that the queue has not placed yet, so that a kill does not cost the run; one on its way there is
   * waited for. The queue goes on with it, and the store knows it by its uid. In an outage as well: a group that the store had
   * been given before is neither in the spool nor known to be stored. Never rejects.
   */
  async keep(record: OpenRecord): Promise<boolean> {
    if (this.#closing.signal.aborted) return false;
    const copied = await this.#writer.copy(record);
    if (copied) this.#recovery.lookLater();
    return copied;
  }

  /** A group failed: what waits goes to the spool, if the store is known to take nothing. */
  groupFailed(): void {
    if (this.#parts.connection.healthy) return;
    if (this.diverting) this.sweep();
    else this.begin();
  }

  /** The store takes nothing, or memory is full: records go to the spool from now on, if that can be opened. */
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

  /** The store has answered a call, late as it may be. */
  answered(): void {
    this.#loop.wake();
  }

  sweep(): void {
    this.#writer.append(this.#parts.queue.takeAll());
  }

  async finish(): Promise<void> {
    const { queue } = this.#parts;
    // Everything went to the spool until now, so that nothing overtakes: docs/design/spool.md#during-an-outage.
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

  /** The store is open: what earlier processes left is taken in. Never rejects. */
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

  /** Puts what still waits into the spool, and begins nothing more. Never rejects. */
  async end(deadline: Deadline): Promise<void> {
    this.#closing.abort();
    this.#loop.wake();
    this.#notice.sumUp();
    if (!this.#parts.queue.idle) await deadline.wait(this.#spoolQueue());
    // What hangs on records that are durable now (ends of runs) follows them.
    await deadline.wait(this.written());
  }

  async #spoolQueue(): Promise<void> {
    await this.#parts.access.opened();
    this.#mode = 'diverting';
    this.#writer.append(this.#parts.queue.takeAll(true));
  }

  /** Leaves the spool to the next process, without the copies that the store has. Never rejects. */
  async close(deadline: Deadline): Promise<void> {
    const intake_ms = Math.floor(deadline.left_ms * CLOSING.intake_share);
    const away = this.diverting || !this.#parts.connection.healthy;
    if (this.#writer.hasCopies && !away && intake_ms > 0)
      await deadline.wait(this.#intake.take(AbortSignal.timeout(intake_ms)));
    await deadline.wait(this.#parts.access.close());
  }
}
