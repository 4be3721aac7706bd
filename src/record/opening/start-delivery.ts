/**
 * Starts on their way: from the record of a run to its answer, with a copy in the spool if the store is slow. Node only.
 * @module
 */
import { OPENING, QUEUE } from '../../model/limits';
import { withTimeout } from '../../model/with-timeout';
import type { StashSnapshot } from '../../store/interface/stash-changes';
import type { OpenRecord, WriteAnswer } from '../../store/interface/written';
import type { QueueEntry } from '../delivery/entry';
import type { SharedStore } from '../delivery/shared-store';
import type { RecordSender } from '../record-sender';
import type { Losses } from '../reports/losses';
import type { Instruments } from '../reports/meter';
import type { Reports } from '../reports/reports';
import type { Numbering } from './numbering';
import type { PendingRun } from './pending-run';
import type { PinnedStashes } from './pinned-stashes';
import type { StopDraft } from './run-draft';

/** Dependencies of the delivery of starts. */
export interface StartDeliveryParts {
  shared: SharedStore;
  instruments: Instruments;
  losses: Losses;
  reports: Reports;
  sender: RecordSender;
  /** `block`: attempts do not run while the store is unavailable. */
  onStoreFailure: 'spool' | 'block';
  numbering: Numbering;
  pinned: PinnedStashes;
}

/** Prepares a run again because its stash has changed. */
export interface StashMoved {
  stashMoved(run: PendingRun, stash: StashSnapshot): void | Promise<void>;
}

/** The starts of one recorder. Its methods never throw. */
export class StartDelivery {
  readonly #parts: StartDeliveryParts;
  readonly #preparing: StashMoved;
  readonly #runs = new Map<string, PendingRun>();

  constructor(parts: StartDeliveryParts, preparing: StashMoved) {
    this.#parts = parts;
    this.#preparing = preparing;
  }

  get #blocks(): boolean {
    return this.#parts.onStoreFailure === 'block';
  }

  /** A run opens. */
  enter(run: PendingRun): void {
    this.#runs.set(run.draft.uid, run);
    this.#parts.shared.delivery.queue.entered();
  }

  /** False if it is durable, lost or refused. */
  has(run: PendingRun): boolean {
    return this.#runs.has(run.draft.uid);
  }

  /** The run will not be recorded. */
  leave(run: PendingRun): void {
    if (this.#runs.delete(run.draft.uid)) this.#parts.shared.delivery.queue.left();
  }

  /** Keeps a stop until its start is durable. Returns false if it is durable, or unknown here. */
  hold(stop: StopDraft): boolean {
    const run = this.#runs.get(stop.uid);
    if (!run) return false;
    run.stop = stop;
    return true;
  }

  /** Drops runs that are still being prepared. */
  close(reason: string): void {
    for (const run of [...this.#runs.values()]) run.admit();
    for (const run of [...this.#runs.values()]) if (!run.record) this.lost(run, reason);
  }

  submit(run: PendingRun, record: OpenRecord, place: 'back' | 'front'): void {
    run.record = record;
    this.#parts.shared.delivery.push(new StartEntry(run, record, this, this.#parts.instruments), place);
  }

  answered(run: PendingRun, record: OpenRecord, answer: WriteAnswer): void | Promise<void> {
    if (answer.kind === 'stash-moved') {
      run.record = undefined;
      return this.#preparing.stashMoved(run, answer.stash);
    }
    if (answer.kind !== 'opened') return;
    this.#runs.delete(run.draft.uid);
    this.#parts.reports.opened(record, answer);
    this.#parts.numbering.opened(record);
    this.#pin(run);
    run.answer({
      kind: 'open',
      uid: run.draft.uid,
      scan_id: answer.scan_id ?? undefined,
      metadata: run.metadata,
      state: 'committed',
    });
    this.#sendStop(run);
  }

  /** The run is durable in the spool. The code may run, and the stop of the run is spooled too. */
  spooled(run: PendingRun): void {
    this.#runs.delete(run.draft.uid);
    this.#pin(run);
    if (this.#blocks) this.block(run);
    else run.answerOpen('pending');
    this.#sendStop(run);
  }

  #pin(run: PendingRun): void {
    if (run.pin) this.#parts.pinned.pin(run.draft.temporal.run_id!, run.pin);
  }

  #sendStop(run: PendingRun): void {
    if (run.stop) this.#parts.sender.stop(run.stop);
  }

  /**
   * Writes a copy to the spool once, so that the run survives a kill. With `block`, no code runs before the store has the run.
   */
  copy(run: PendingRun): void {
    // The start must be durable before the code runs: docs/design/recording.md#opening.
    if (!run.record || !run.awaited || this.#blocks) return;
    run.copying ??= this.#parts.shared.delivery.keep(run.record).then((copied) => {
      run.copied = copied;
    });
  }

  /** The store's time is over. The spool gets a little more time, but a slow disk must not delay the code longer. */
  late(run: PendingRun): void {
    if (this.#blocks) {
      this.block(run);
      return;
    }
    this.copy(run);
    const answer = () => run.answerOpen('pending');
    if (run.copying)
      withTimeout(run.copying, run.budget.whole_ms * OPENING.copy_budgets).then(answer, answer);
    else answer();
  }

  /** The code does not run. If the record still arrives, the run is recorded as aborted. */
  block(run: PendingRun): void {
    if (!run.awaited) return;
    this.#parts.reports.blocked();
    const reason =
      'the store did not accept the record in time and onStoreFailure is block, so the code did not run';
    run.stop = { uid: run.draft.uid, time: Date.now() / 1000, exit_status: 'abort', reason };
    run.answer({ kind: 'blocked' });
  }

  /** The queue dropped it. It is lost, unless its copy is in the spool or still arrives there. */
  notTaken(run: PendingRun, reason: string): void {
    const judge = () => (run.copied ? this.spooled(run) : this.lost(run, reason));
    if (run.copying && !run.copied) run.copying.then(judge, judge);
    else judge();
  }

  lost(run: PendingRun, reason: string): void {
    const { losses } = this.#parts;
    this.leave(run);
    losses.add('start', reason);
    if (run.stop) losses.add('stop', reason);
    if (this.#blocks) this.block(run);
    else run.answerOpen('lost');
  }

  /** Runs a step. Any failure is a counted loss and never fails the activity. */
  guard(run: PendingRun, step: () => void | Promise<void>): void {
    const fail = (error: unknown) =>
      this.lost(run, `opening failed: ${error instanceof Error ? error.name : 'error'}`);
    try {
      step()?.catch(fail);
    } catch (error) {
      fail(error);
    }
  }
}

/** A start in the queue. */
class StartEntry implements QueueEntry {
  readonly record: OpenRecord;
  readonly bytes: number;
  readonly instruments: Instruments;
  readonly patience_ms: number;
  readonly #run: PendingRun;
  readonly #starts: StartDelivery;

  constructor(run: PendingRun, record: OpenRecord, starts: StartDelivery, instruments: Instruments) {
    this.record = record;
    this.bytes = record.metadata.length + record.facts.length + QUEUE.opening_overhead_bytes;
    this.instruments = instruments;
    this.patience_ms = run.budget.left_ms * OPENING.sharing_share;
    this.#run = run;
    this.#starts = starts;
  }

  done(answer: WriteAnswer): void {
    this.#starts.guard(this.#run, () => this.#starts.answered(this.#run, this.record, answer));
  }

  lost(reason: string): void {
    this.#starts.notTaken(this.#run, reason);
  }

  spooled(): void {
    this.#starts.spooled(this.#run);
  }
}
