/**
 * A run on its way to the store: its facts, its remaining time, and the caller that waits for its opening. Node only.
 * @module
 */
import type { JsonObject } from '../../model/json';
import { OPENING } from '../../model/limits';
import type { StashSnapshot } from '../../store/interface/stash-changes';
import type { OpenRecord } from '../../store/interface/written';
import { type AttemptLimits, OpeningClock } from './opening-clock';
import type { PreparedRun } from './prepare-run';
import type { Opening, RunDraft, StopDraft } from './run-draft';

/** Receives the events of a run's clock. Neither method may throw. */
export interface RunTimes {
  /** The budget is over, or the attempt is no longer needed. */
  late(run: PendingRun): void;
  /** So much of the budget is used that a copy of the start should be written to the spool. */
  copyDue(run: PendingRun): void;
}

/** The time of one opening. */
export interface Budget {
  /** The rest of the budget, in milliseconds. */
  left_ms: number;
  /** The whole budget, in milliseconds. */
  whole_ms: number;
  attempt: AttemptLimits;
}

/** A run from the call of `open` until the start is durable, lost or refused. */
export class PendingRun {
  readonly draft: RunDraft;
  readonly clock: OpeningClock;
  readonly budget: Budget;
  /** The metadata, as far as known. */
  metadata: JsonObject = {};
  /** The refused run. It is cleared if the stash turns out to have changed. */
  refusal?: PreparedRun;
  /** True if the stash was read again for a refusal. */
  confirmed = false;
  /** The stash that the run was prepared with. Set if it will become the stash of the whole execution. */
  pin?: StashSnapshot;
  /** How often it was prepared again because its stash had changed. */
  rounds = 0;
  /** The answer of its scan-id source. */
  numbered?: { scan_id: number | undefined };
  /** Its record. Set when it is on its way to the store. */
  record?: OpenRecord;
  /** The write of a copy of its record to the spool, in progress or done. */
  copying?: Promise<void>;
  /** True if the copy is in the spool. */
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

  /** True if an activity waits for the answer. */
  get awaited(): boolean {
    return this.#resolve !== undefined;
  }

  /** Answers once; further answers have no effect. */
  answer(opening: Opening): void {
    this.clock.end();
    clearTimeout(this.#copyTimer);
    this.#resolve?.(opening);
    this.#resolve = undefined;
  }

  /** Answers that the code may run although the store does not have the record. */
  answerOpen(state: 'pending' | 'lost'): void {
    this.answer({ kind: 'open', uid: this.draft.uid, metadata: this.metadata, state });
  }
}
