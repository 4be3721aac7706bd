/**
 * Writes the records of a segment to the store in batches. A batch that the store rejects is halved until the faulty record is
 * alone. That record goes to quarantine, and all others are stored. Node only.
 * @module
 */

import { setTimeout as pause } from 'node:timers/promises';
import { OPENING, SPOOL } from '../../model/limits';
import type { StoreIdentity } from '../../store/identity';
import type { StashSnapshot } from '../../store/interface/stash-changes';
import type { WriteAnswer, WriteRecord } from '../../store/interface/written';
import { intakeRank } from '../../store/records/intake';
import { isStoreAway } from '../store-errors';
import { belongsTo } from './codec';
import type { Quarantined } from './quarantine';

/** The start of a run. */
export type OpenRecord = Extract<WriteRecord, { kind: 'open' }>;

/** The target of imported records. Only `write` is required. */
export interface IntakeHooks {
  /** Calls `Store.write` with the caller's deadline: one transaction, answers in order. */
  write(records: readonly WriteRecord[]): Promise<WriteAnswer[]>;
  /**
   * Merges the stash and judges a run that was opened during the outage. `stash`: the store's, if its version had changed.
   * Nothing is refused here, because the code has run. Without this function, runs are stored as they were opened.
   */
  prepare?(record: OpenRecord, stash?: StashSnapshot): WriteRecord[] | Promise<WriteRecord[]>;
  /** Reads the store's identity. The result shows whether a record that failed alone is itself faulty. */
  probe?(): Promise<StoreIdentity | unknown>;
  /** Returns which of these runs were deleted or changed in the store on purpose. Late records must not restore them. */
  removedAmong?(uids: readonly string[]): Promise<readonly string[]>;
  /** Receives the store's answers, for subscribers. */
  onTaken?(records: readonly WriteRecord[], answers: readonly WriteAnswer[]): void;
}

/** The store is unavailable. The records are not faulty. */
export class StoreAway extends Error {
  constructor(cause: unknown) {
    super('the store is unavailable', { cause });
  }
}

/** A record with its offset in the segment. */
export interface Entry {
  at: number;
  payload: Buffer;
  record: WriteRecord;
}

/** Sorts records, stable: first the records that runs refer to, then all others in their order. */
export function inOrder(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => intakeRank(a.record) - intakeRank(b.record));
}

/** The delivery of one segment. */
export class SegmentDelivery {
  readonly quarantined: Quarantined[] = [];
  #sent = 0;
  #refused = 0;
  /** Ends of runs that the store does not have yet. */
  #early: { entry: Entry; record: WriteRecord; reason: string }[] = [];

  readonly #hooks: IntakeHooks;
  /** How often single records failed, over several drains. After enough failures a record counts as faulty. */
  readonly #tries: Map<string, number>;
  readonly #segment: string;

  constructor(hooks: IntakeHooks, tries: Map<string, number>, segment: string) {
    this.#hooks = hooks;
    this.#tries = tries;
    this.#segment = segment;
  }

  /** The number of records that the store has. */
  get taken(): number {
    return this.#sent - this.#refused;
  }

  /** Sends records. Rejects with {@link StoreAway} if the store is unavailable; all of them are then sent again later. */
  async send(all: readonly Entry[]): Promise<void> {
    const entries = await this.#withoutRemoved(all, ({ record }) => runStartedBy(record));
    this.#sent += all.length - entries.length;
    const parts = await Promise.all(entries.map((entry) => this.#prepare(entry.record)));
    const prepared = entries.flatMap((entry, i) => parts[i]!.map((record) => ({ entry, record })));
    if (prepared.length === 0) return;
    let answers: WriteAnswer[];
    try {
      answers = await this.#write(prepared.map(({ record }) => record));
    } catch (error) {
      if (error instanceof StoreAway) throw error;
      return this.#halve(entries, error);
    }
    await this.#take(prepared, answers, 1);
    this.#sent += entries.length;
  }

  /** Leaves out records whose run (by `runOf`) was purged. */
  async #withoutRemoved<Of>(entries: readonly Of[], runOf: (entry: Of) => string | undefined): Promise<Of[]> {
    // See docs/decisions/0016.
    const uids = entries.flatMap((entry) => runOf(entry) ?? []);
    if (uids.length === 0 || !this.#hooks.removedAmong) return [...entries];
    try {
      const removed = new Set(await this.#hooks.removedAmong(uids));
      return entries.filter((entry) => !removed.has(runOf(entry) ?? ''));
    } catch (error) {
      throw new StoreAway(error);
    }
  }

  async #prepare(record: WriteRecord, stash?: StashSnapshot): Promise<WriteRecord[]> {
    if (record.kind !== 'open') return [record];
    const asOpened = [late({ ...record, stash_version: null })];
    if (this.#hooks.prepare === undefined) return asOpened;
    try {
      return (await this.#hooks.prepare(record, stash)).map(late);
    } catch (error) {
      if (isStoreAway(error)) throw new StoreAway(error);
      // A fault in the judgement must not cost the record.
      return asOpened;
    }
  }

  async #write(records: readonly WriteRecord[]): Promise<WriteAnswer[]> {
    try {
      const answers = await this.#hooks.write(records);
      if (answers.length !== records.length)
        throw new StoreAway('the number of answers differs from the number of records');
      this.#hooks.onTaken?.(records, answers);
      return answers;
    } catch (error) {
      throw isStoreAway(error) ? new StoreAway(error) : error;
    }
  }

  async #take(
    sent: readonly { entry: Entry; record: WriteRecord }[],
    answers: readonly WriteAnswer[],
    round: number,
  ): Promise<void> {
    for (const [index, answer] of answers.entries()) {
      const { entry, record } = sent[index] as { entry: Entry; record: WriteRecord };
      if (answer.kind === 'rejected') {
        const { reason } = answer;
        if (answer.code === 'run-missing') this.#early.push({ entry, record, reason });
        else this.#refuse(entry, reason);
      }
      if (answer.kind !== 'stash-moved' || record.kind !== 'open') continue;
      const last = round > OPENING.stash_rounds;
      const again = last
        ? [late({ ...record, stash_version: null })]
        : await this.#prepare(record, answer.stash);
      const more = await this.#write(again);
      await this.#take(
        again.map((each) => ({ entry, record: each })),
        more,
        round + 1,
      );
    }
  }

  /** Sends ends of missing runs again. Ends whose run is still missing go to quarantine. */
  async finish(): Promise<void> {
    for (const pause_ms of SPOOL.missing_run_pauses_ms) {
      const sent = this.#early.splice(0);
      if (sent.length === 0) return;
      await pause(pause_ms);
      const answers = await this.#write(sent.map(({ record }) => record));
      await this.#take(sent, answers, 1);
    }
    const left = await this.#withoutRemoved(this.#early.splice(0), ({ record }) => belongsTo(record));
    for (const { entry, reason } of left) this.#refuse(entry, reason);
  }

  #refuse(entry: Entry, reason: string): void {
    this.#refused += 1;
    this.#setAside(entry, reason);
  }

  async #halve(entries: readonly Entry[], error: unknown): Promise<void> {
    const [only] = entries;
    if (entries.length === 1 && only) return this.#assess(only, error);
    const middle = Math.ceil(entries.length / 2);
    await this.send(entries.slice(0, middle));
    await this.send(entries.slice(middle));
  }

  /** Decides about a record that failed alone. It is faulty if the store answers other calls, or after enough failures. */
  async #assess(entry: Entry, error: unknown): Promise<void> {
    const key = `${this.#segment}@${entry.at}`;
    const tries = (this.#tries.get(key) ?? 0) + 1;
    this.#tries.set(key, tries);
    const healthy = await this.#hooks.probe?.().then(
      () => true,
      () => false,
    );
    if (healthy === false || (healthy === undefined && tries < SPOOL.tries)) throw new StoreAway(error);
    if (tries < SPOOL.tries) return this.send([entry]);
    this.#tries.delete(key);
    this.#setAside(entry, error instanceof Error ? error.message : String(error));
  }

  #setAside(entry: Entry, detail: string): void {
    this.quarantined.push({ at: entry.at, reason: 'rejected', records: 1, bytes: entry.payload, detail });
  }
}

/** Marks a start as late: while it waited, `reconcile` may have reconstructed a run in its place. */
function late(record: WriteRecord): WriteRecord {
  return record.kind === 'open' ? { ...record, late: true } : record;
}

function runStartedBy(record: WriteRecord): string | undefined {
  return record.kind === 'open' ? record.uid : undefined;
}
