/**
 * Counts how much of a value has been read, and decides whether to continue: values and characters, weighted by
 * their time. Node.
 * @module
 */
import type { Redactor } from '../redaction/redactor';
import type { ValueLimits } from './limits';

/** The weight of a value that throws: it takes as long as this many others. */
export const UNREADABLE_WEIGHT = 15;
/** A value of up to this many characters is fast to record, whatever they are. */
const UNWEIGHED_CHARACTERS = 32_768;
/** Masking the worst text takes this many times longer than masking any other. */
export const LABORIOUS_WEIGHT = 16;
/** A name is read more often than a value. */
export const NAME_WEIGHT = 2;
/** Characters that become six characters of JSON text, in addition to lone surrogates. */
const ESCAPED = /[^\b-\r -\uffff]/;
const ESCAPED_WEIGHT = 6;
/** Characters that become two characters of JSON text. */
const QUOTED = /["\\].?["\\]/;
const QUOTED_WEIGHT = 2;
/**
 * One container may use up the limits. All containers together may use this multiple of the limits, so that the
 * values after it are read as well.
 */
const ALL_TOGETHER = 1.2;

/** How much had been read when a container began. */
export type AmountMark = readonly [values: number, characters: number];

/** Counts what one copier reads, against the limits. */
export class ReadAmount {
  /** Values and characters that the copy holds so far. */
  #values = 0;
  #characters = 0;
  /** What was also read, in containers that were replaced by digests. */
  #dropped_values = 0;
  #dropped_characters = 0;
  readonly #limits: Readonly<ValueLimits>;
  readonly #redactor: Redactor | undefined;

  constructor(limits: Readonly<ValueLimits>, redactor: Redactor | undefined) {
    this.#limits = limits;
    this.#redactor = redactor;
  }

  /** The largest possible size of the JSON text of what was read, in bytes. */
  get largestSize(): number {
    return 6 * this.#characters + 32 * this.#values;
  }

  /** True if the limit of characters is reached: no more are read. */
  get isSpent(): boolean {
    return this.#characters + this.#dropped_characters > ALL_TOGETHER * this.#limits.read_characters;
  }

  addValues(count: number): void {
    this.#values += count;
  }

  /** Adds characters that the copy holds. */
  addCharacters(count: number): void {
    this.#characters += count;
  }

  /** Adds characters that were read, but that the copy does not hold. */
  addDropped(characters: number): void {
    this.#dropped_characters += characters;
  }

  /**
   * The weight of a character of this text. In a large value slow text counts more, so that the whole stays
   * within its time.
   */
  weigh(text: string): number {
    const read = this.#characters + this.#dropped_characters + text.length;
    // See docs/design/redaction.md#weights.
    if (read <= UNWEIGHED_CHARACTERS || text.length > this.#limits.read_characters) return 1;
    if (this.#redactor?.laborious(text)) return LABORIOUS_WEIGHT;
    if (!text.isWellFormed() || ESCAPED.test(text)) return ESCAPED_WEIGHT;
    return QUOTED.test(text) ? QUOTED_WEIGHT : 1;
  }

  soFar(): AmountMark {
    return [this.#values, this.#characters];
  }

  /** True if a digest must replace a container that began at `before`. */
  isExhausted(before: AmountMark): boolean {
    const { read_values, read_characters } = this.#limits;
    return (
      this.#values - before[0] > read_values ||
      this.#characters - before[1] > read_characters ||
      this.#values + this.#dropped_values > ALL_TOGETHER * read_values ||
      this.isSpent
    );
  }

  /** Subtracts a container that began at `before`, because a digest replaces it in the copy. */
  dropSince(before: AmountMark): void {
    this.#dropped_values += this.#values - before[0];
    this.#dropped_characters += this.#characters - before[1];
    this.#values = before[0] + 8;
    this.#characters = before[1] + 256 + this.#limits.head_characters;
  }
}
