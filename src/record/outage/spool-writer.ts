/**
 * Writes queue entries into the spool, and copies of starts that are also on their way to the store. Node only.
 * @module
 */
import { OUTAGE } from '../../model/limits';
import type { OpenRecord, WriteAnswer, WriteRecord } from '../../store/interface/written';
import type { QueueEntry } from '../delivery/entry';
import type { SpoolFigures } from '../reports/meter';
import { describe, type SpoolAccess } from './spool-access';
import { type FeedTarget, SpoolFeed } from './spool-feed';

/** Receives the results of spooling. Neither method may throw. */
export interface SpoolListener {
  figures(figures: SpoolFigures): void;
  /** Entries no longer wait in memory. */
  freed(): void;
}

/** The writer of one spool. Its methods never throw and never reject. */
export class SpoolWriter implements FeedTarget {
  readonly #access: SpoolAccess;
  readonly #listener: SpoolListener;
  /** uids of starts that are in the spool and also on their way to the store. */
  readonly #copies = new Set<string>();
  /** Copies that are being written, by uid. */
  readonly #copying = new Map<string, Promise<boolean>>();
  /** Starts (not copies) that are being written, by uid. Their result decides. */
  readonly #appending = new Map<string, Arrival>();
  readonly #feed = new SpoolFeed(this);

  constructor(access: SpoolAccess, listener: SpoolListener) {
    this.#access = access;
    this.#listener = listener;
  }

  /** Adds entries, which receive their results. Never throws. */
  append(entries: readonly QueueEntry[]): void {
    const missing = this.#withoutCopied(entries);
    for (const uid of startsIn(missing)) this.#appending.set(uid, arrival());
    this.#feed.push(missing);
  }

  /** Leaves out entries whose copy is in the spool, after calling their `spooled`. */
  #withoutCopied(entries: readonly QueueEntry[]): QueueEntry[] {
    return entries.filter((entry) => {
      const copied = entry.record.kind === 'open' && this.#copies.delete(entry.record.uid);
      if (copied) entry.spooled?.();
      return !copied;
    });
  }

  /**
   * Writes a copy of a start that is also on its way to the store. Returns true if the copy is in the spool, otherwise false. If
   * the start itself is being spooled, it waits for that and returns false. Never rejects.
   */
  copy(record: OpenRecord): Promise<boolean> {
    const appending = this.#appending.get(record.uid);
    if (appending) return appending.come.then(() => false);
    const copying = this.#copy(record).finally(() => this.#copying.delete(record.uid));
    this.#copying.set(record.uid, copying);
    return copying;
  }

  async #copy(record: OpenRecord): Promise<boolean> {
    try {
      const spool = await this.#access.opened();
      const bytes = record.metadata.length + record.facts.length;
      if (spool.statistics.waiting_bytes + bytes > OUTAGE.copies_waiting_bytes) return false;
      const { stored } = await spool.appendCopies([record]);
      if (!stored[0]) return false;
      this.#listener.figures({ spooled: 1 });
      this.#copies.add(record.uid);
      return true;
    } catch {
      return false;
    }
  }

  get hasCopies(): boolean {
    return this.#copies.size > 0;
  }

  /** Returns imported records without copies: the queue answers those. */
  withoutCopies(
    records: readonly WriteRecord[],
    answers: readonly WriteAnswer[],
  ): [WriteRecord[], WriteAnswer[]] {
    const own = records.map((record) => !(record.kind === 'open' && this.#copies.delete(record.uid)));
    return [records.filter((_, i) => own[i]), answers.filter((_, i) => own[i])];
  }

  /** The feed calls it with as many entries as the spool should receive at once. */
  async appendNow(entries: readonly QueueEntry[]): Promise<void> {
    const uids = startsIn(entries);
    await this.#appendMissing(entries, uids);
    for (const uid of uids) {
      this.#appending.get(uid)?.came();
      this.#appending.delete(uid);
    }
    this.#listener.freed();
  }

  /** Waits for copies that are being written. Only then is it certain which entries are not in the spool yet. */
  async #appendMissing(entries: readonly QueueEntry[], uids: readonly string[]): Promise<void> {
    await Promise.all(uids.map((uid) => this.#copying.get(uid)));
    const missing = this.#withoutCopied(entries);
    try {
      if (missing.length > 0) await this.#appendAll(missing);
    } catch (error) {
      for (const entry of missing) entry.lost?.(`the spool failed: ${describe(error)}`);
    }
  }

  async #appendAll(entries: readonly QueueEntry[]): Promise<void> {
    const spool = await this.#access.opened();
    const { stored, reason } = await spool.append(entries.map(({ record }) => record));
    const spooled = stored.filter(Boolean).length;
    this.#listener.figures({ spooled, dropped: stored.length - spooled });
    for (const [i, entry] of entries.entries()) {
      if (stored[i]) entry.spooled?.();
      else entry.lost?.(`the spool refused it (${reason})`);
    }
  }

  /** Bytes of the entries on their way to the spool. */
  get waiting_bytes(): number {
    return this.#feed.bytes;
  }

  /** True if nothing is on its way to the spool. */
  get quiet(): boolean {
    return this.#feed.quiet;
  }

  /** Resolves when nothing is on its way to the spool any more. */
  async allAppended(): Promise<void> {
    await Promise.all(this.#copying.values());
    await this.#feed.all();
  }
}

/** An entry on its way. It settles when the entry has its result. */
interface Arrival {
  come: Promise<void>;
  came: () => void;
}

function arrival(): Arrival {
  let came: () => void = () => undefined;
  const come = new Promise<void>((resolve) => {
    came = resolve;
  });
  return { come, came };
}

function startsIn(entries: readonly QueueEntry[]): string[] {
  return entries.flatMap(({ record }) => (record.kind === 'open' ? [record.uid] : []));
}
