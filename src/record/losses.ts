/**
 * The one place where captures that failed are counted: every loss is in the statistics, in the log once per kind,
 * in the meter, and, as soon as it can be, in the store. Node only.
 * @module
 */
import { NOTICES } from '../model/limits';
import type { LossRecord } from '../store/store';
import type { Instruments, Logger } from './meter';

export interface LossesOptions {
  instruments: Instruments;
  log: Logger | undefined;
  /** Masks secrets in a message: codecs, parsers and activities quote what they could not take. */
  redact: (text: string) => string;
  /** Takes the sums on their way to the store. */
  persist: (record: LossRecord) => void;
  /** The store takes nothing now: sums grow until it does. */
  away: () => boolean;
}

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

  /** Never throws. `message` says what happened. */
  add(kind: string, message: string, count = 1): void {
    const detail = this.#options
      .redact(message.slice(0, NOTICES.loss_read_characters))
      .slice(0, NOTICES.loss_characters);
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
      // A logger or a meter that throws must not take part in what it reports.
    }
  }

  /** A sum that neither store nor spool took: it goes with the next one. */
  giveBack({ loss, count, detail }: LossRecord): void {
    const unsaved = this.#unsaved.get(loss);
    this.#unsaved.set(loss, { count: (unsaved?.count ?? 0) + count, detail: unsaved?.detail ?? detail });
    if (!this.#closed) this.#arm();
  }

  #arm(): void {
    this.#timer ??= setTimeout(() => this.persist(), NOTICES.losses_after_ms).unref();
  }

  /** Hands what is not in the store yet to the queue; while the store is away only when told so. */
  persist(how?: 'even while the store is away'): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // The last time: what is given back after that stays in the statistics.
    if (how !== undefined) this.#closed = true;
    if (how === undefined && this.#unsaved.size > 0 && this.#options.away()) this.#arm();
    else this.#persistAll();
  }

  #persistAll(): void {
    const sums = [...this.#unsaved];
    this.#unsaved.clear();
    for (const [loss, { count, detail }] of sums) {
      // The store takes a sum once by its time, so each is later than the one before.
      this.#lastTime = Math.max(Date.now() / 1000, this.#lastTime + 0.001);
      this.#options.persist({
        kind: 'loss',
        time: this.#lastTime,
        session_id: this.session_id,
        loss,
        count,
        detail,
      });
    }
  }

  #warn(kind: string, detail: string): void {
    this.#options.log?.warn(
      `temporal-provenance: a capture failed (${kind}): ${detail}. Further ones of this kind are counted, not logged.`,
      { kind },
    );
  }
}
