/**
 * Runs from draft to commit: prepared with the stash that is known, sent, and prepared again when the opening transaction
 * says that the stash has moved. Every opening is answered within its budget; what is not committed by then goes on. Node only.
 * @module
 */

import type { JsonObject } from '../../model/json';
import { OPENING, QUEUE } from '../../model/limits';
import { withTimeout } from '../../model/with-timeout';
import type { OpenRecord, StashSnapshot, WriteAnswer } from '../../store/store';
import type { SharedStore } from '../delivery/shared-store';
import type { Instruments } from '../meter';
import { PINNED_STASH } from '../stash-cache';
import type { OnRefusal, Opening, RunDraft, StopDraft } from './drafts';
import { Numbering } from './numbering';
import { type AttemptLimits, OpeningClock } from './opening-clock';
import {
  type Preparation,
  type PreparedRun,
  type StashView,
  toOpenRecord,
  toRefusalRecord,
} from './preparation';

type Opened = Extract<WriteAnswer, { kind: 'opened' }>;

export interface OpeningsOptions {
  shared: SharedStore;
  preparation: Preparation;
  onRefusal: (lab: string) => OnRefusal;
  /** A run is durable. */
  opened: (record: OpenRecord, answer: Opened) => void;
  refused: () => void;
  /** Its stop, which waited until the run was durable. */
  stop: (draft: StopDraft) => void;
  /** While the store takes nothing attempts do not run. */
  onStoreFailure: 'spool' | 'block';
  /** An attempt does not run for want of the store. */
  blocked: () => void;
  instruments: Instruments;
  lose: (kind: string, detail: string) => void;
}

/** A run on its way to the store. */
interface Run {
  draft: RunDraft;
  /** Absent once the opening is answered. */
  resolve?: (opening: Opening) => void;
  clock: OpeningClock;
  /** Ends its wait for room in memory. */
  admit?: () => void;
  /** As far as it is known. */
  metadata: JsonObject;
  /** Refused, unless the stash turns out to be another by now. */
  refusal?: PreparedRun;
  /** The stash was read anew for a refusal. */
  confirmed?: boolean;
  /** Pin the stash it was prepared with. */
  pin?: StashSnapshot;
  rounds: number;
  /** What its scan-id source said. */
  numbered?: { scan_id: number | undefined };
  /** What is on its way to the store. */
  queued?: OpenRecord;
  budget_ms: number;
  /** What its copy may take when the budget is over. */
  copy_ms: number;
  /** Puts a copy into the spool when the store takes long. */
  keeper?: NodeJS.Timeout;
  /** That copy is on its way, or there. */
  kept?: Promise<void>;
  /** It is there. */
  copied?: boolean;
  stop?: StopDraft;
}

export class Openings {
  readonly #options: OpeningsOptions;
  readonly #runs = new Map<string, Run>();
  readonly #numbering: Numbering;

  constructor(options: OpeningsOptions) {
    this.#options = options;
    this.#numbering = new Numbering(options.preparation);
  }

  open(draft: RunDraft, budget_ms: number, attempt: AttemptLimits = {}): Promise<Opening> {
    if (this.#options.onStoreFailure === 'block' && this.#options.shared.away) {
      this.#options.blocked();
      return Promise.resolve({ kind: 'blocked' });
    }
    const whole_ms = attempt.whole_ms ?? budget_ms;
    return new Promise((resolve) => {
      // Time that went elsewhere is no word of the store: no attempt is failed for it, and rules are asked all the same.
      const least_ms = whole_ms * (this.#options.onStoreFailure === 'block' ? 1 : OPENING.copy_after_share);
      const left_ms = Math.max(budget_ms, least_ms);
      const clock = new OpeningClock(left_ms, attempt, () => this.#late(run));
      const copy_ms = whole_ms * OPENING.copy_budgets;
      const run: Run = { draft, resolve, clock, metadata: {}, rounds: 0, budget_ms: left_ms, copy_ms };
      run.keeper = setTimeout(() => this.#keep(run), left_ms * OPENING.copy_after_share);
      this.#runs.set(draft.uid, run);
      this.#options.shared.queue.entered();
      run.admit = this.#options.shared.admission.enter(() => this.#guard(run, () => this.#begin(run)));
    });
  }

  /** Keeps a stop until its start is durable. False: it is, or never was here. */
  hold(stop: StopDraft): boolean {
    const run = this.#runs.get(stop.uid);
    if (!run) return false;
    run.stop = stop;
    return true;
  }

  /** Gives up runs that are still being prepared. */
  close(reason: string): void {
    for (const run of [...this.#runs.values()]) run.admit?.();
    for (const run of [...this.#runs.values()]) if (!run.queued) this.#lost(run, reason);
  }

  #begin(run: Run): void | Promise<void> {
    const { stashes } = this.#options.shared;
    const { run_id } = run.draft.temporal;
    if (run.draft.stash_at === 'execution' && run_id !== undefined) return this.#beginPinned(run, run_id);
    const snapshot = stashes.get(run.draft.lab);
    return this.#prepare(run, snapshot && { snapshot, check: true }, 'back');
  }

  async #beginPinned(run: Run, run_id: string): Promise<void> {
    const { stashes } = this.#options.shared;
    const pinned = stashes.pinned(run_id) ?? (await this.#readPinned(run, run_id));
    if (pinned) {
      stashes.pin(run_id, pinned);
      return await this.#prepare(run, { snapshot: pinned, check: false }, 'back');
    }
    const snapshot = stashes.get(run.draft.lab);
    run.pin = snapshot;
    return await this.#prepare(run, snapshot && { snapshot, check: true }, 'back');
  }

  async #readPinned(run: Run, run_id: string): Promise<StashSnapshot | undefined> {
    const read = this.#options.shared.read((store) => store.context(run_id, PINNED_STASH));
    const text = await withTimeout(read, run.clock.left_ms * OPENING.read_share).catch(() => null);
    return text ? JSON.parse(text) : undefined;
  }

  #prepare(run: Run, stash: StashView, place: 'back' | 'front'): void | Promise<void> {
    const prepared = this.#options.preparation.prepare(run.draft, stash, run.clock);
    if (prepared instanceof Promise) return prepared.then((done) => this.#judge(run, done, stash, place));
    return this.#judge(run, prepared, stash, place);
  }

  #judge(run: Run, prepared: PreparedRun, stash: StashView, place: 'back' | 'front'): void | Promise<void> {
    if (!this.#runs.has(run.draft.uid)) return;
    run.metadata = prepared.metadata;
    const onRefusal = this.#options.onRefusal(run.draft.lab);
    if (prepared.issues.length === 0 || onRefusal === 'record' || !run.resolve || run.draft.incomplete) {
      return this.#number(run, prepared, place);
    }
    run.refusal = prepared;
    const mayBeStale = stash?.check && !run.confirmed && prepared.issues.length > run.draft.issues.length;
    return mayBeStale ? this.#confirm(run, stash.snapshot) : this.#refuse(run, prepared);
  }

  /** A refusal counts only with the stash as it is now: somebody may just have filled in what is missing. */
  async #confirm(run: Run, known: StashSnapshot): Promise<void> {
    const read = this.#options.shared.read((store) => store.stash(run.draft.lab));
    const current = await withTimeout(read, run.clock.left_ms).catch(() => known);
    if (!run.resolve) return;
    run.confirmed = true;
    this.#options.shared.stashes.set(current);
    if (current.version === known.version) return this.#refuse(run, run.refusal!);
    run.refusal = undefined;
    return await this.#prepare(run, { snapshot: current, check: true }, 'back');
  }

  #refuse(run: Run, prepared: PreparedRun): void {
    const { draft, issues } = prepared;
    const mode = this.#options.onRefusal(draft.lab) === 'wait' ? 'wait' : 'fail';
    const record = toRefusalRecord(prepared, mode);
    this.#options.refused();
    this.#options.shared.queue.push({
      record,
      bytes: record.document.length + QUEUE.opening_overhead_bytes,
      instruments: this.#options.instruments,
      lost: (reason) => this.#options.lose('refusal', reason),
    });
    this.#leave(run);
    this.#answer(run, { kind: 'refused', mode, issues });
  }

  /** What a source gave counts however often the run goes back for its stash. */
  #number(run: Run, prepared: PreparedRun, place: 'back' | 'front'): void | Promise<void> {
    const submit = (scan_id: number | undefined) => {
      run.numbered = { scan_id };
      if (this.#runs.has(run.draft.uid)) this.#submit(run, this.#numbering.given(prepared, scan_id), place);
    };
    const scan_id = run.numbered ? run.numbered.scan_id : this.#numbering.ask(prepared);
    return scan_id instanceof Promise ? scan_id.then(submit) : submit(scan_id);
  }

  #submit(run: Run, prepared: PreparedRun, place: 'back' | 'front'): void {
    const record = toOpenRecord(prepared, prepared.issues);
    run.queued = record;
    this.#options.shared.queue.push(
      {
        record,
        bytes: record.metadata.length + record.facts.length + QUEUE.opening_overhead_bytes,
        instruments: this.#options.instruments,
        patience_ms: run.budget_ms * OPENING.sharing_share,
        done: (answer) => this.#guard(run, () => this.#answered(run, record, answer)),
        lost: (reason) => this.#notTaken(run, reason),
        spooled: () => this.#spooled(run),
      },
      place,
    );
  }

  #answered(run: Run, record: OpenRecord, answer: WriteAnswer): void | Promise<void> {
    if (answer.kind === 'stash-moved') {
      run.queued = undefined;
      this.#options.shared.stashes.set(answer.stash);
      const check = ++run.rounds <= OPENING.stash_rounds;
      if (run.draft.stash_at === 'execution') run.pin = answer.stash;
      return this.#prepare(run, { snapshot: answer.stash, check }, 'front');
    }
    if (answer.kind !== 'opened') return;
    this.#runs.delete(run.draft.uid);
    this.#options.opened(record, answer);
    this.#numbering.opened(record);
    if (run.pin) this.#pin(run.draft.temporal.run_id!, run.pin);
    this.#answer(run, {
      kind: 'open',
      uid: run.draft.uid,
      scan_id: answer.scan_id ?? undefined,
      metadata: run.metadata,
      state: 'committed',
    });
    if (run.stop) this.#options.stop(run.stop);
  }

  #pin(run_id: string, snapshot: StashSnapshot): void {
    const { stashes, queue } = this.#options.shared;
    if (stashes.pinned(run_id)) return;
    stashes.pin(run_id, snapshot);
    const document = JSON.stringify(this.#options.preparation.maskedStash(snapshot));
    queue.push(
      { record: { kind: 'context', run_id, n: PINNED_STASH, document }, bytes: document.length },
      'always',
    );
  }

  #late(run: Run): void {
    run.admit?.();
    if (!run.resolve) return;
    if (run.refusal) this.#refuse(run, run.refusal);
    else if (this.#options.onStoreFailure === 'block') this.#block(run);
    else this.#answerKept(run);
  }

  /** Once: a copy in the spool, so that a kill does not cost the run. Under `block` no code runs before the store has it. */
  #keep(run: Run): void {
    if (!run.queued || !run.resolve || this.#options.onStoreFailure === 'block') return;
    run.kept ??= this.#options.shared.keep(run.queued).then((copied) => {
      run.copied = copied;
    });
  }

  /** The store's time is over. The spool has some more; a disk that slow must not hold the code up for longer. */
  #answerKept(run: Run): void {
    this.#keep(run);
    const answer = () => this.#answerOpen(run, 'pending');
    if (run.kept) withTimeout(run.kept, run.copy_ms).then(answer, answer);
    else answer();
  }

  /** The code does not run. Should the record arrive all the same, the run is over. */
  #block(run: Run): void {
    if (!run.resolve) return;
    this.#options.blocked();
    const reason = 'the store took nothing in time, and onStoreFailure is block: the code did not run';
    run.stop = { uid: run.draft.uid, time: Date.now() / 1000, exit_status: 'abort', reason };
    this.#answer(run, { kind: 'blocked' });
  }

  /** Durable, though not in the store: the code may run, and its stop follows the same way. */
  #spooled(run: Run): void {
    this.#runs.delete(run.draft.uid);
    if (run.pin) this.#pin(run.draft.temporal.run_id!, run.pin);
    if (this.#options.onStoreFailure === 'block') this.#block(run);
    else this.#answerOpen(run, 'pending');
    if (run.stop) this.#options.stop(run.stop);
  }

  /** The queue gave it up: it is lost unless its copy is in the spool, or gets there yet. */
  #notTaken(run: Run, reason: string): void {
    const judge = () => (run.copied ? this.#spooled(run) : this.#lost(run, reason));
    if (run.kept && !run.copied) run.kept.then(judge, judge);
    else judge();
  }

  #lost(run: Run, reason: string): void {
    this.#leave(run);
    this.#options.lose('start', reason);
    if (run.stop) this.#options.lose('stop', reason);
    if (this.#options.onStoreFailure === 'block') this.#block(run);
    else this.#answerOpen(run, 'lost');
  }

  #leave(run: Run): void {
    if (this.#runs.delete(run.draft.uid)) this.#options.shared.queue.left();
  }

  #answerOpen(run: Run, state: 'pending' | 'lost'): void {
    this.#answer(run, { kind: 'open', uid: run.draft.uid, metadata: run.metadata, state });
  }

  #answer(run: Run, opening: Opening): void {
    run.clock.end();
    clearTimeout(run.keeper);
    run.resolve?.(opening);
    run.resolve = undefined;
  }

  /** Whatever fails on the way is a counted loss, and never the activity's. */
  #guard(run: Run, step: () => void | Promise<void>): void {
    const fail = (error: unknown) =>
      this.#lost(run, `opening failed: ${error instanceof Error ? error.name : 'error'}`);
    try {
      step()?.catch(fail);
    } catch (error) {
      fail(error);
    }
  }
}
