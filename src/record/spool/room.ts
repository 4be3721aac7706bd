/**
 * Where the cap is kept: a new segment is promised its bytes before it is used. Its name says how many, it is made first
 * and counted then, so that of two processes that ask at once never both go beyond the cap. Node only.
 * @module
 */

import { performance } from 'node:perf_hooks';
import { SPOOL } from '../../model/limits';
import { occupiedBytes } from './folder';
import type { DropReason } from './ledger';
import { segmentId } from './names';
import { Segment, type SegmentPlace } from './segment';

/** How much room there is, and where. */
export interface RoomOptions {
  place: SegmentPlace;
  tag: string;
  /** Bytes for segments: the spool's cap without what quarantine may take. */
  cap_bytes: number;
  segment_bytes: number;
  /** After a refusal the disk is asked again only after this long. */
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

  /** A segment with room for `need` bytes, or why there is none. */
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

  /** The disk takes nothing now, whatever the cap says. */
  failed(): void {
    const refusal = { reason: 'disk' as const, until: performance.now() + this.#options.retry_ms };
    this.#refused.start = refusal;
    this.#refused.other = refusal;
  }

  async #make(need: number, start: boolean): Promise<Segment | DropReason> {
    const { place, cap_bytes, segment_bytes } = this.#options;
    const { files, folder } = place;
    const free = cap_bytes - (await occupiedBytes(files, folder));
    // The last part takes no starts: docs/design/spool.md#what-the-cap-drops.
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
      // Counted again with the new one in it: another process may have taken the same bytes.
      fits = (await occupiedBytes(files, folder)) <= cap_bytes;
    } finally {
      if (!fits) await segment.seal();
    }
    return fits ? segment : 'cap';
  }
}
