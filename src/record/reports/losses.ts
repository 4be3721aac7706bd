/**
 * Counts all failed captures. Every loss is counted in the statistics and the meter, logged once per kind, and stored as soon as
 * possible. Node only.
 * @module
 */
import { NOTICES, QUEUE } from '../../model/limits';
import type { Redactor } from '../../redaction/redactor';
import type { LossRecord } from '../../store/interface/written';
import { type QueueEntry, sizeOf } from '../delivery/entry';
import type { Instruments, Logger } from './meter';

/** Sends the sums to the store. Must not throw. */
export interface LossOutbox {
  /** True if the store is unavailable. */
  readonly away: boolean;
  push(entry: QueueEntry, place?: 'back' | 'always'): void;
}

/** The receivers of losses. */
export interface LossesOptions {
  instruments: Instruments;
  log: Logger | undefined;
  /** Masks secrets in messages: codecs, parsers and activities quote values that they could not handle. */
  redactor: Redactor;
  /** Sends the sums to the store. */
  outbox: LossOutbox;
}

/** The losses of one recorder. */
export class Losses {
  readonly counts: { [kind: string]: number } = {};
  session_id: string | null = null;
  readonly #options: LossesOptions;
  readonly #unsaved = new Map<string, { count: number; detail: string }>();
  #timer: NodeJS.Timeout | undefined;
  #lastTime = 0;
  #closed = false;

  constructor(options: LossesOptions) {
    this.#options = options;
  }

  /** Adds a loss. Never throws. `message` describes what happened. */
  add(kind: string, message: string, count = 1): void {
    const { text } = this.#options.redactor.text(message.slice(0, NOTICES.loss_read_characters));
    const detail = text.slice(0, NOTICES.loss_characters);
    const known = Object.hasOwn(this.counts, kind);
    this.counts[kind] = (known ? this.counts[kind]! : 0) + count;
    const unsaved = this.#unsaved.get(kind);
    this.#unsaved.set(kind, {
      count: (unsaved?.count ?? 0) + count,
      detail,
    });
    this.#arm();
    try {
      this.#options.instruments.loss(kind, count);
      if (!known) this.#warn(kind, detail);
    } catch {
      // A logger or a meter that throws must not affect what it reports.
    }
  }

  /** Adds a sum that neither store nor spool accepted to the next sum. If it counted as a new loss, this would never end. */
  giveBack({ loss, count, detail }: LossRecord): void {
    const unsaved = this.#unsaved.get(loss);
    this.#unsaved.set(loss, { count: (unsaved?.count ?? 0) + count, detail: unsaved?.detail ?? detail });
    if (!this.#closed) this.#arm();
  }

  #arm(): void {
    this.#timer ??= setTimeout(() => this.persist(), NOTICES.losses_after_ms).unref();
  }

  /** Sends sums that are not in the store yet. While the store is unavailable, sums grow until it returns. */
  persist(): void {
    this.#disarm();
    if (this.#unsaved.size > 0 && this.#options.outbox.away) this.#arm();
    else this.#send();
  }

  /**
   * Sends sums for the last time, even if the store is unavailable. Sums that are given back later are only in the statistics.
   */
  persistLast(): void {
    this.#disarm();
    this.#closed = true;
    this.#send();
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #send(): void {
    const { outbox, instruments } = this.#options;
    const sums = [...this.#unsaved];
    this.#unsaved.clear();
    for (const [loss, { count, detail }] of sums) {
      // The store recognises a sum by its time, so each time must be later than the previous one.
      this.#lastTime = Math.max(Date.now() / 1000, this.#lastTime + 0.001);
      const { session_id } = this;
      const record = { kind: 'loss' as const, time: this.#lastTime, session_id, loss, count, detail };
      outbox.push(new LossEntry(record, this, instruments), 'always');
    }
  }

  #warn(kind: string, detail: string): void {
    this.#options.log?.warn(
      `temporal-provenance: a capture failed (${kind}): ${detail}. Further failures of this kind are counted, not logged.`,
      { kind },
    );
  }
}

/** A sum in the queue. */
class LossEntry implements QueueEntry {
  readonly record: LossRecord;
  readonly bytes: number;
  readonly instruments: Instruments;
  readonly #losses: Losses;

  constructor(record: LossRecord, losses: Losses, instruments: Instruments) {
    this.record = record;
    this.bytes = sizeOf(record) + QUEUE.record_overhead_bytes;
    this.instruments = instruments;
    this.#losses = losses;
  }

  lost(): void {
    this.#losses.giveBack(this.record);
  }
}
