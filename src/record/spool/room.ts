/**
 * Enforces the limit: a new segment reserves its bytes before use. Its name contains their number. The segment is created first
 * and counted afterwards, so two processes that do this at once never exceed the limit together. Node only.
 * @module
 */

import { performance } from 'node:perf_hooks';
import { SPOOL } from '../../model/limits';
import { occupiedBytes } from './folder';
import type { DropReason } from './ledger';
import { segmentId } from './names';
import { Segment, type SegmentPlace } from './segment';

/** The place and the limit of the room. */
export interface RoomOptions {
  place: SegmentPlace;
  tag: string;
  /** Bytes for segments: the spool's limit without the share of quarantine. */
  cap_bytes: number;
  segment_bytes: number;
  /** After a refusal, the disk is tried again only after this time. */
  retry_ms: number;
  onError: (error: unknown) => void;
}

/** The room of one open spool. */
export class Room {
  #number = 0;
  readonly #refused: { [kind in 'start' | 'other']?: { reason: DropReason; until: number } } = {};

  readonly #options: RoomOptions;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  /** Returns a segment with room for `need` bytes, or why there is none. */
  async segment(need: number, start: boolean): Promise<Segment | DropReason> {
    const kind = start ? 'start' : 'other';
    const refusal = this.#refused[kind];
    if (refusal && performance.now() < refusal.until) return refusal.reason;
    const made = await this.#make(need, start).catch((error: unknown) => {
      this.#options.onError(error);
      return 'disk' as const;
    });
    if (typeof made === 'string')
      this.#refused[kind] = { reason: made, until: performance.now() + this.#options.retry_ms };
    else delete this.#refused[kind];
    return made;
  }

  /** The disk accepts no writes now, independent of the limit. */
  failed(): void {
    const refusal = { reason: 'disk' as const, until: performance.now() + this.#options.retry_ms };
    this.#refused.start = refusal;
    this.#refused.other = refusal;
  }

  async #make(need: number, start: boolean): Promise<Segment | DropReason> {
    const { place, cap_bytes, segment_bytes } = this.#options;
    const { files, folder } = place;
    const free = cap_bytes - (await occupiedBytes(files, folder));
    // The last part of the limit accepts no starts: docs/design/spool.md#what-the-cap-drops.
    const general = free - Math.floor(cap_bytes * SPOOL.reserved_share);
    const reserved = general < need;
    const available = reserved ? free : general;
    if (available < need || (reserved && start)) return 'cap';
    const limit = Math.min(available, Math.max(need, segment_bytes));
    const id = segmentId(Date.now(), this.#options.tag, this.#number, limit);
    this.#number += 1;
    const segment = await Segment.create(place, { id, limit, reserved });
    let fits = false;
    try {
      // Counts again, including the new segment: another process may have reserved the same bytes.
      fits = (await occupiedBytes(files, folder)) <= cap_bytes;
    } finally {
      if (!fits) await segment.seal();
    }
    return fits ? segment : 'cap';
  }
}
