/**
 * Recognises generated secrets: a run of 16 or more characters in which letters and digits alternate, and not a
 * UUID or date. [isolate-safe]
 * @module
 */

const MIN_LENGTH = 16;
const MIN_TURNS = 3;

const OUTSIDE = 0;
const OTHER = 1;
const LETTER = 2;
const DIGIT = 3;
/**
 * The kind of a character in the run of a generated secret, by its code: `A-Za-z`, `0-9`, one of `+=~%`, or
 * none of these.
 */
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z]/.test(character)) return LETTER;
  if (/\d/.test(character)) return DIGIT;
  return /[+=~%]/.test(character) ? OTHER : OUTSIDE;
});

/** A run, character by character. */
export class OpaqueRun {
  #length = 0;
  #turns = 0;
  #last = OTHER;

  /** True if the run with one more character is a secret. The character is added only if it is not. */
  isSecretWith(code: number): boolean {
    const kind = code < KINDS.length ? KINDS[code]! : OUTSIDE;
    if (kind === OUTSIDE) {
      this.clear();
      return false;
    }
    const turns =
      kind !== OTHER && this.#last !== OTHER && kind !== this.#last ? this.#turns + 1 : this.#turns;
    if (turns >= MIN_TURNS && this.#length + 1 >= MIN_LENGTH) return true;
    this.#length++;
    this.#turns = turns;
    this.#last = kind;
    return false;
  }

  /** True if it is so long that a secret would have been recognised by now. */
  get long(): boolean {
    return this.#length >= MIN_LENGTH;
  }

  clear(): void {
    this.#length = this.#turns = 0;
    this.#last = OTHER;
  }
}

/** True if a text contains such a run. Its first long run decides. */
export function looksOpaque(text: string): boolean {
  return text.length >= MIN_LENGTH && hasSecretRun(text) && !/\s|^(?:sha\d+|md5):/.test(text);
}

function hasSecretRun(text: string): boolean {
  const run = new OpaqueRun();
  for (let index = 0; index < text.length; index++) {
    const { long } = run;
    if (run.isSecretWith(text.charCodeAt(index))) return true;
    if (long && !run.long) return false;
  }
  return false;
}
