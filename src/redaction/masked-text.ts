/**
 * A text with many places masked. What stands between them is joined in groups, so that a group's parts are gone before the
 * collector of garbage meets them: a text that grows by `+=`, or parts that wait in one array, cost it more than the
 * search for what is masked. [isolate-safe]
 * @module
 */

import { REDACTED } from '../model/unread-values';

export { REDACTED };

const PARTS_PER_GROUP = 512;

/** A text whose secrets are replaced from its beginning to its end. What no rule masks is kept as it is. */
export class MaskedText {
  /** Where the last masked place ends. */
  kept = 0;
  #parts: string[] = [];
  readonly #groups: string[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Masks from one place to another, behind all that was masked before. */
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
