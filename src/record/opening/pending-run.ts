/**
 * A run on its way to the store: what is known of it, how much time it has, and who waits for its opening. Node only.
 * @module
 */
import type { JsonObject } from '../../model/json';
import { OPENING } from '../../model/limits';
import type { StashSnapshot } from '../../store/interface/stash-changes';
import type { OpenRecord } from '../../store/interface/written';
import { type AttemptLimits, OpeningClock } from './opening-clock';
import type { PreparedRun } from './prepare-run';
import type { Opening, RunDraft, StopDraft } from './run-draft';

/** Learns what a run's time says. Neither method may throw. */
export interface RunTimes {
  /** The budget is over, or nobody wants the attempt any more. */
  late(run: PendingRun): void;
  /** So much of the budget is gone that a copy of the start belongs on the disk. */
  copyDue(run: PendingRun): void;
}

/** The time of one opening. */
export interface Budget {
  /** What is left of the budget, in milliseconds. */
  left_ms: number;
  /** All of it. */
  whole_ms: number;
  attempt: AttemptLimits;
}

/** From the call of `open` until the start is durable, lost or refused. */
export class PendingRun {
  readonly draft: RunDraft;
  readonly clock: OpeningClock;
  readonly budget: Budget;
  /** As far as it is known. */
  metadata: JsonObject = {};
  /** Refused, unless the stash turns out to be another by now. */
  refusal?: PreparedRun;
  /** The stash was read anew for a refusal. */
  confirmed = false;
  /** The stash it was prepared with, if that becomes the one of its execution. */
  pin?: StashSnapshot;
  /** Times that it was prepared again because its stash had moved. */
  rounds = 0;
  /** The answer of its scan-id source. */
  numbered?: { scan_id: number | undefined };
  /** Its record, once that is on its way to the store. */
  record?: OpenRecord;
  /** A copy of its record is on its way to the spool, or there. */
  copying?: Promise<void>;
  /** The copy is there. */
  copied = false;
  /** Its stop, which waits until the start is durable. */
  stop?: StopDraft;
  /** Ends its wait for room in memory. */
  admit: () => void = () => undefined;
  readonly #copyTimer: NodeJS.Timeout;
  #resolve: ((opening: Opening) => void) | undefined;

  constructor(draft: RunDraft, budget: Budget, times: RunTimes, resolve: (opening: Opening) => void) {
    this.draft = draft;
    this.budget = budget;
    this.#resolve = resolve;
    this.clock = new OpeningClock(budget.left_ms, budget.attempt, () => times.late(this));
    const copyAfter_ms = budget.left_ms * OPENING.copy_after_share;
    this.#copyTimer = setTimeout(() => times.copyDue(this), copyAfter_ms);
  }

  /** An activity waits for the answer. */
  get awaited(): boolean {
    return this.#resolve !== undefined;
  }

  /** Once; further answers have no effect. */
  answer(opening: Opening): void {
    this.clock.end();
    clearTimeout(this.#copyTimer);
    this.#resolve?.(opening);
    this.#resolve = undefined;
  }

  /** The code may run although the store does not have the record. */
  answerOpen(state: 'pending' | 'lost'): void {
    this.answer({ kind: 'open', uid: this.draft.uid, metadata: this.metadata, state });
  }
}
