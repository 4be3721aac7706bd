/**
 * The steps of a run from draft to record: it is prepared with the known stash, judged and numbered. It is prepared again if the
 * opening transaction reports that the stash has changed. Every opening is answered within its budget. Work that is not committed
 * by then continues. Node only.
 * @module
 */
import { OPENING } from '../../model/limits';
import { withTimeout } from '../../model/with-timeout';
import type { StashSnapshot } from '../../store/interface/stash-changes';
import { Numbering } from './numbering';
import { toOpenRecord, toRefusalRecord } from './open-record';
import type { AttemptLimits } from './opening-clock';
import { PendingRun, type RunTimes } from './pending-run';
import { PinnedStashes } from './pinned-stashes';
import type { PreparedRun, RunPreparation, StashView } from './prepare-run';
import type { RulesBook } from './rules-book';
import type { OnRefusal, Opening, RunDraft, StopDraft } from './run-draft';
import { StartDelivery, type StartDeliveryParts, type StashMoved } from './start-delivery';

/** Dependencies of openings. */
export interface OpeningFlowParts extends Omit<StartDeliveryParts, 'numbering' | 'pinned'> {
  preparation: RunPreparation;
  rules: RulesBook;
  /** Used for labs whose rules do not define it. */
  onRefusal: OnRefusal;
}

/** The openings of one recorder. Its methods never throw and never reject. */
export class OpeningFlow implements RunTimes, StashMoved {
  readonly #parts: OpeningFlowParts;
  readonly #numbering: Numbering;
  readonly #pinned: PinnedStashes;
  readonly #starts: StartDelivery;

  constructor(parts: OpeningFlowParts) {
    this.#parts = parts;
    this.#numbering = new Numbering(parts.preparation);
    this.#pinned = new PinnedStashes(parts.shared, parts.preparation);
    this.#starts = new StartDelivery({ ...parts, numbering: this.#numbering, pinned: this.#pinned }, this);
  }

  open(draft: RunDraft, budget_ms: number, attempt: AttemptLimits = {}): Promise<Opening> {
    const { shared, reports, onStoreFailure } = this.#parts;
    const blocks = onStoreFailure === 'block';
    if (blocks && shared.delivery.away) {
      reports.blocked();
      return Promise.resolve({ kind: 'blocked' });
    }
    const whole_ms = attempt.whole_ms ?? budget_ms;
    // The rules must still run, and time that was spent before the store was called must not fail the attempt.
    const least_ms = whole_ms * (blocks ? 1 : OPENING.copy_after_share);
    const budget = { left_ms: Math.max(budget_ms, least_ms), whole_ms, attempt };
    return new Promise((resolve) => {
      const run = new PendingRun(draft, budget, this, resolve);
      this.#starts.enter(run);
      const begin = () => this.#starts.guard(run, () => this.#begin(run));
      run.admit = shared.delivery.admission.enter(begin);
    });
  }

  /** Keeps a stop until its start is durable. Returns false if the start is durable, or this process does not know it. */
  hold(stop: StopDraft): boolean {
    return this.#starts.hold(stop);
  }

  /** Drops runs that are still being prepared. */
  close(reason: string): void {
    this.#starts.close(reason);
  }

  #begin(run: PendingRun): void | Promise<void> {
    const { run_id } = run.draft.temporal;
    if (run.draft.stash_at === 'execution' && run_id !== undefined) return this.#beginPinned(run, run_id);
    const snapshot = this.#parts.shared.stashes.get(run.draft.lab);
    return this.#prepare(run, snapshot && { snapshot, check: true }, 'back');
  }

  async #beginPinned(run: PendingRun, run_id: string): Promise<void> {
    const pinned = await this.#pinned.of(run, run_id);
    if (pinned) return await this.#prepare(run, { snapshot: pinned, check: false }, 'back');
    const snapshot = this.#parts.shared.stashes.get(run.draft.lab);
    run.pin = snapshot;
    return await this.#prepare(run, snapshot && { snapshot, check: true }, 'back');
  }

  #prepare(run: PendingRun, stash: StashView, place: 'back' | 'front'): void | Promise<void> {
    const prepared = this.#parts.preparation.prepare(run.draft, stash, run.clock);
    if (prepared instanceof Promise) return prepared.then((done) => this.#judge(run, done, stash, place));
    return this.#judge(run, prepared, stash, place);
  }

  #judge(
    run: PendingRun,
    prepared: PreparedRun,
    stash: StashView,
    place: 'back' | 'front',
  ): void | Promise<void> {
    if (!this.#starts.has(run)) return;
    const { metadata, issues } = prepared.judged;
    run.metadata = metadata;
    const recorded = issues.length === 0 || this.#onRefusal(run.draft.lab) === 'record';
    if (recorded || !run.awaited || run.draft.incomplete) return this.#number(run, prepared, place);
    run.refusal = prepared;
    const mayBeStale = stash?.check && !run.confirmed && issues.length > run.draft.issues.length;
    return mayBeStale ? this.#confirm(run, stash.snapshot) : this.#refuse(run, prepared);
  }

  #onRefusal(lab: string): OnRefusal {
    return this.#parts.rules.of(lab).onRefusal ?? this.#parts.onRefusal;
  }

  /** Confirms a refusal with the current stash, because a person may have just added the missing value. */
  async #confirm(run: PendingRun, known: StashSnapshot): Promise<void> {
    const { shared } = this.#parts;
    // See docs/decisions/0004.
    const read = shared.delivery.read((store) => store.stash(run.draft.lab));
    const current = await withTimeout(read, run.clock.left_ms).catch(() => known);
    if (!run.awaited) return;
    run.confirmed = true;
    shared.stashes.set(current);
    if (current.version === known.version) return this.#refuse(run, run.refusal!);
    run.refusal = undefined;
    return await this.#prepare(run, { snapshot: current, check: true }, 'back');
  }

  #refuse(run: PendingRun, prepared: PreparedRun): void {
    const { reports, sender } = this.#parts;
    const mode = this.#onRefusal(prepared.draft.lab) === 'wait' ? 'wait' : 'fail';
    reports.refused();
    sender.send(toRefusalRecord(prepared, mode));
    this.#starts.leave(run);
    run.answer({ kind: 'refused', mode, issues: prepared.judged.issues });
  }

  /** The source's scan id is kept, even if the run is prepared again with another stash. */
  #number(run: PendingRun, prepared: PreparedRun, place: 'back' | 'front'): void | Promise<void> {
    const submit = (scan_id: number | undefined) => {
      run.numbered = { scan_id };
      if (!this.#starts.has(run)) return;
      const numbered = this.#numbering.given(prepared, scan_id);
      this.#starts.submit(run, toOpenRecord(numbered), place);
    };
    const scan_id = run.numbered ? run.numbered.scan_id : this.#numbering.ask(prepared);
    return scan_id instanceof Promise ? scan_id.then(submit) : submit(scan_id);
  }

  stashMoved(run: PendingRun, stash: StashSnapshot): void | Promise<void> {
    this.#parts.shared.stashes.set(stash);
    const check = ++run.rounds <= OPENING.stash_rounds;
    if (run.draft.stash_at === 'execution') run.pin = stash;
    return this.#prepare(run, { snapshot: stash, check }, 'front');
  }

  copyDue(run: PendingRun): void {
    this.#starts.copy(run);
  }

  late(run: PendingRun): void {
    run.admit();
    if (!run.awaited) return;
    if (run.refusal) this.#refuse(run, run.refusal);
    else this.#starts.late(run);
  }
}
