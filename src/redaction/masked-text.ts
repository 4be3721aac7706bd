/**
 * A text with many masked places. The parts between them are joined in groups, so that the parts of a group are
 * freed before garbage collection sees them. A text that grows by `+=`, or parts in one array, would cost more
 * in garbage collection than the search itself. [isolate-safe]
 * @module
 */

import { REDACTED } from '../model/unread-values';

export { REDACTED };

const PARTS_PER_GROUP = 512;

/** A text whose secrets are replaced from its beginning to its end. Everything else is unchanged. */
export class MaskedText {
  /** The end of the last masked place. */
  kept = 0;
  #parts: string[] = [];
  readonly #groups: string[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Masks a range, which must be after everything that was masked before. */
  mask(from: number, to: number): void {
    this.#parts.push(this.#text.slice(this.kept, from));
    this.kept = to;
    if (this.#parts.length < PARTS_PER_GROUP) return;
    this.#groups.push(this.#parts.join(REDACTED));
    this.#parts = [];
  }

  end(): string {
    this.#parts.push(this.#text.slice(this.kept));
    this.#groups.push(this.#parts.join(REDACTED));
    return this.#groups.join(REDACTED);
  }
}
