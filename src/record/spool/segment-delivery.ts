/**
 * Hands the records of a segment to the store in batches. A batch that the store can't take is halved until the one
 * record that is at fault stands alone; that one is set aside, all others are stored. Node only.
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

/** Where records go that are taken in. Only `write` is needed. */
export interface IntakeHooks {
  /** `Store.write`, under the caller's deadline: one transaction, answers in order. */
  write(records: readonly WriteRecord[]): Promise<WriteAnswer[]>;
  /**
   * Last word on a run that was opened during the outage: merges and judges it with the stash (`stash`: as the store
   * answered when its version had moved). Nobody is refused here, the run has run. Without it, runs are stored as they
   * were opened.
   */
  prepare?(record: OpenRecord, stash?: StashSnapshot): WriteRecord[] | Promise<WriteRecord[]>;
  /** Asks the store for its identity: answers whether a record that failed alone failed by its own fault. */
  probe?(): Promise<StoreIdentity | unknown>;
  /** Which of these runs were taken out of the store, or changed there, on purpose: what comes later must not bring them back. */
  buried?(uids: readonly string[]): Promise<readonly string[]>;
  /** What the store answered, for subscribers. */
  onTaken?(records: readonly WriteRecord[], answers: readonly WriteAnswer[]): void;
}

/** The store can't take anything now; nothing is wrong with the records. */
export class StoreAway extends Error {
  constructor(cause: unknown) {
    super('the store takes nothing now', { cause });
  }
}

/** A record of a segment, with its place there. */
export interface Entry {
  at: number;
  payload: Buffer;
  record: WriteRecord;
}

/** Stable: what runs refer to, then all else in its order. */
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
  /** Failures of single records that could not be judged yet, over several drains. */
  readonly #tries: Map<string, number>;
  readonly #segment: string;

  constructor(hooks: IntakeHooks, tries: Map<string, number>, segment: string) {
    this.#hooks = hooks;
    this.#tries = tries;
    this.#segment = segment;
  }

  /** Records that the store has. */
  get taken(): number {
    return this.#sent - this.#refused;
  }

  /** Rejects with {@link StoreAway} when the store takes nothing; all of it is then sent again another time. */
  async send(all: readonly Entry[]): Promise<void> {
    const entries = await this.#withoutBuried(all, ({ record }) => runStartedBy(record));
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

  /** Leaves out the records whose run, as `runOf` says, was purged. */
  async #withoutBuried<Of>(entries: readonly Of[], runOf: (entry: Of) => string | undefined): Promise<Of[]> {
    // See docs/decisions/0016.
    const uids = entries.flatMap((entry) => runOf(entry) ?? []);
    if (uids.length === 0 || !this.#hooks.buried) return [...entries];
    try {
      const buried = new Set(await this.#hooks.buried(uids));
      return entries.filter((entry) => !buried.has(runOf(entry) ?? ''));
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
        throw new StoreAway('the answers are not as many as the records');
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

  /** Ends of runs that were not there are sent again; what is still too early then is set aside. */
  async finish(): Promise<void> {
    for (const pause_ms of SPOOL.missing_run_pauses_ms) {
      const sent = this.#early.splice(0);
      if (sent.length === 0) return;
      await pause(pause_ms);
      const answers = await this.#write(sent.map(({ record }) => record));
      await this.#take(sent, answers, 1);
    }
    const left = await this.#withoutBuried(this.#early.splice(0), ({ record }) => belongsTo(record));
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

  /** A record that failed alone: its own fault if the store answers otherwise, or when it has failed often enough. */
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

/** While it waited, `reconcile` may have made a run in its place. */
function late(record: WriteRecord): WriteRecord {
  return record.kind === 'open' ? { ...record, late: true } : record;
}

function runStartedBy(record: WriteRecord): string | undefined {
  return record.kind === 'open' ? record.uid : undefined;
}
