/**
 * How much of a value has been read, and whether to go on: values and characters, weighed by the time that they take. Node.
 * @module
 */
import type { Redactor } from '../redaction/redactor';
import type { ValueLimits } from './limits';

/** What throws takes as long as so many values that do not. */
export const UNREADABLE_WEIGHT = 15;
/** A value of so many characters is recorded quickly whatever they are. */
const UNWEIGHED_CHARACTERS = 32_768;
/** Masking the worst text takes so much longer than masking any other. */
export const LABORIOUS_WEIGHT = 16;
/** A name is read more often than a value. */
export const NAME_WEIGHT = 2;
/** What becomes six characters of JSON text, besides lone surrogates. */
const ESCAPED = /[^\b-\r -\uffff]/;
const ESCAPED_WEIGHT = 6;
/** What becomes two. */
const QUOTED = /["\\].?["\\]/;
const QUOTED_WEIGHT = 2;
/** One container may use up the limits; all together this much of them, so that what follows it is read as well. */
const ALL_TOGETHER = 1.2;

/** How much had been read when a container began. */
export type AmountMark = readonly [values: number, characters: number];

/** Counts what one copier reads, against the limits. */
export class ReadAmount {
  /** Values and characters that the copy holds so far. */
  #values = 0;
  #characters = 0;
  /** What was read besides, of containers that were given up. */
  #dropped_values = 0;
  #dropped_characters = 0;
  readonly #limits: Readonly<ValueLimits>;
  readonly #redactor: Redactor | undefined;

  constructor(limits: Readonly<ValueLimits>, redactor: Redactor | undefined) {
    this.#limits = limits;
    this.#redactor = redactor;
  }

  /** Most bytes that the JSON text of what was read can have. */
  get largestSize(): number {
    return 6 * this.#characters + 32 * this.#values;
  }

  /** So many characters were read that no more are. */
  get isSpent(): boolean {
    return this.#characters + this.#dropped_characters > ALL_TOGETHER * this.#limits.read_characters;
  }

  addValues(count: number): void {
    this.#values += count;
  }

  /** Characters that the copy holds. */
  addCharacters(count: number): void {
    this.#characters += count;
  }

  /** Characters that were read, and that the copy does not hold. */
  addDropped(characters: number): void {
    this.#dropped_characters += characters;
  }

  /** What a character counts for: in a large value more where it takes long, so that the whole stays in its time. */
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

  /** Whether a container that began at `before` has to be given up. */
  isExhausted(before: AmountMark): boolean {
    const { read_values, read_characters } = this.#limits;
    return (
      this.#values - before[0] > read_values ||
      this.#characters - before[1] > read_characters ||
      this.#values + this.#dropped_values > ALL_TOGETHER * read_values ||
      this.isSpent
    );
  }

  /** A container that began at `before` is given up: makes room for what stands beside it. */
  dropSince(before: AmountMark): void {
    this.#dropped_values += this.#values - before[0];
    this.#dropped_characters += this.#characters - before[1];
    this.#values = before[0] + 8;
    this.#characters = before[1] + 256 + this.#limits.head_characters;
  }
}
