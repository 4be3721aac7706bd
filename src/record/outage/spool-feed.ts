/**
 * Entries on their way into a spool, in order. The spool receives a few MiB at a time and the rest waits here, so a whole queue
 * can be added at once. Node only.
 * @module
 */
import { OUTAGE } from '../../model/limits';
import type { QueueEntry } from '../delivery/entry';

/** Appends to the spool and passes the results to the entries. Never rejects. */
export interface FeedTarget {
  appendNow(entries: readonly QueueEntry[]): Promise<void>;
}

/** The feed of one spool. */
export class SpoolFeed {
  readonly #target: FeedTarget;
  readonly #appending = new Set<Promise<void>>();
  readonly #waiting: QueueEntry[] = [];
  #waiting_bytes = 0;
  #appending_bytes = 0;

  constructor(target: FeedTarget) {
    this.#target = target;
  }

  /** Bytes of entries that are not in the spool yet. */
  get bytes(): number {
    return this.#waiting_bytes + this.#appending_bytes;
  }

  push(entries: readonly QueueEntry[]): void {
    for (const entry of entries) {
      this.#waiting_bytes += entry.bytes;
      this.#waiting.push(entry);
    }
    this.#send();
  }

  /** True if nothing is on its way. */
  get quiet(): boolean {
    return this.#appending.size === 0;
  }

  /** Resolves when nothing is on its way any more. */
  async all(): Promise<void> {
    while (this.#appending.size > 0) await Promise.all(this.#appending);
  }

  #send(): void {
    let bytes = 0;
    let count = 0;
    for (const entry of this.#waiting) {
      const sent = this.#appending_bytes + bytes;
      if (sent > 0 && sent + entry.bytes > OUTAGE.appending_bytes) break;
      bytes += entry.bytes;
      count += 1;
    }
    if (count === 0) return;
    const group = this.#waiting.splice(0, count);
    this.#waiting_bytes -= bytes;
    this.#appending_bytes += bytes;
    const done: Promise<void> = this.#target.appendNow(group).finally(() => {
      this.#appending_bytes -= bytes;
      this.#send();
      this.#appending.delete(done);
    });
    this.#appending.add(done);
  }
}
