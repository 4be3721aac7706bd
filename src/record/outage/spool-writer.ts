/**
 * The way of queue entries into the spool, and copies of starts that are on their way to the store as well. Node only.
 * @module
 */
import { OUTAGE } from '../../model/limits';
import type { OpenRecord, WriteAnswer, WriteRecord } from '../../store/interface/written';
import type { QueueEntry } from '../delivery/entry';
import type { SpoolFigures } from '../reports/meter';
import { describe, type SpoolAccess } from './spool-access';
import { type FeedTarget, SpoolFeed } from './spool-feed';

/** Learns what the spool took. Neither method may throw. */
export interface SpoolListener {
  figures(figures: SpoolFigures): void;
  /** Entries that waited in memory do not any more. */
  freed(): void;
}

/** The writer of one spool. Its methods never throw and never reject. */
export class SpoolWriter implements FeedTarget {
  readonly #access: SpoolAccess;
  readonly #listener: SpoolListener;
  /** Starts that are here and on their way to the store as well, by uid. */
  readonly #copies = new Set<string>();
  /** Copies on their way, by uid. */
  readonly #copying = new Map<string, Promise<boolean>>();
  /** Starts on their way that are no copies, by uid: what becomes of them decides. */
  readonly #appending = new Map<string, Arrival>();
  readonly #feed = new SpoolFeed(this);

  constructor(access: SpoolAccess, listener: SpoolListener) {
    this.#access = access;
    this.#listener = listener;
  }

  /** Entries learn what became of them. Never throws. */
  append(entries: readonly QueueEntry[]): void {
    const missing = this.#withoutCopied(entries);
    for (const uid of startsIn(missing)) this.#appending.set(uid, arrival());
    this.#feed.push(missing);
  }

  /** Entries whose copy is here are told so, and left out. */
  #withoutCopied(entries: readonly QueueEntry[]): QueueEntry[] {
    return entries.filter((entry) => {
      const copied = entry.record.kind === 'open' && this.#copies.delete(entry.record.uid);
      if (copied) entry.spooled?.();
      return !copied;
    });
  }

  /**
   * Keeps a start that is on its way to the store as well. True when the copy is here; false when it is not, or when the start was
   * on its way here and has its outcome now. Never rejects.
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

  /** Records that came out of the spool, without those that were copies: the queue answers for those. */
  withoutCopies(
    records: readonly WriteRecord[],
    answers: readonly WriteAnswer[],
  ): [WriteRecord[], WriteAnswer[]] {
    const own = records.map((record) => !(record.kind === 'open' && this.#copies.delete(record.uid)));
    return [records.filter((_, i) => own[i]), answers.filter((_, i) => own[i])];
  }

  /** Called by the feed, with as much as the spool should have at once. */
  async appendNow(entries: readonly QueueEntry[]): Promise<void> {
    const uids = startsIn(entries);
    await this.#appendMissing(entries, uids);
    for (const uid of uids) {
      this.#appending.get(uid)?.came();
      this.#appending.delete(uid);
    }
    this.#listener.freed();
  }

  /** A copy that is on its way may be there in a moment: only then is it known what is missing. */
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

  /** Bytes of the entries on their way there. */
  get waiting_bytes(): number {
    return this.#feed.bytes;
  }

  /** Nothing is on its way there. */
  get quiet(): boolean {
    return this.#feed.quiet;
  }

  /** Resolves when nothing is on its way there any more. */
  async allAppended(): Promise<void> {
    await Promise.all(this.#copying.values());
    await this.#feed.all();
  }
}

/** Of an entry on its way: settles when the entry knows what became of it. */
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
