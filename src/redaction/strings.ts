/**
 * Names that can only be judged together with their whole string: `["pin", "1234"]`, `{"name": "pin", "value":
 * "1234"}`, `{"api (key)": "x"}`. Goes from quote to quote, once. [isolate-safe]
 * @module
 */

import type { KeyKind } from './keys';
import type { FoundName } from './names';

/** Longest part of a string that is examined, from its end, as for any name. */
const MAX_STRING = 256;

const BACKSLASH = 92;
const ESCAPE = /\\(?:\\|"|u[0-9a-f]{4}|[bfnrt])/g;
const ESCAPES = /\\+(?:u[0-9a-f]{4}|[bfnrt])?/g;

/** The strings of one text, in order. */
export class QuotedNames {
  /** The quotes around the string; -1 before the first, the text's length after the last. */
  #begin = -1;
  #end = -1;
  #kind: KeyKind | undefined;
  readonly #kindOf: (name: string) => KeyKind;

  constructor(kindOf: (name: string) => KeyKind) {
    this.#kindOf = kindOf;
  }

  /** Must be called before each text. */
  reset(): void {
    this.#begin = this.#end = -1;
    this.#kind = undefined;
  }

  /**
   * True if the string around a name may be the name of a secret in another place. If the string is only the
   * name, and `":` follows, a string value was already checked.
   */
  mayNameValue(text: string, found: FoundName): boolean {
    this.#moveTo(text, found.start);
    if (this.#begin === -1 || this.#end < found.end || found.end < this.#end - MAX_STRING) return false;
    const escapes = backslashesBefore(text, this.#end);
    if (this.#begin + 1 === found.start && this.#end - escapes === found.end) {
      const isKey = escapes === backslashesBefore(text, this.#begin) && this.#isKey(text, found.kind);
      return found.kind !== 'none' && !isKey;
    }
    this.#kind ??= this.#kindOfString(text, escapes);
    return this.#kind !== 'none';
  }

  /** Moves to the string that contains a position. */
  #moveTo(text: string, at: number): void {
    if (at <= this.#end) return;
    this.#begin = text.lastIndexOf('"', at - 1);
    const next = text.indexOf('"', at);
    this.#end = next === -1 ? text.length : next;
    this.#kind = undefined;
  }

  /** Judges the end of the string, without JSON escapes: once, or repeatedly for JSON inside JSON. */
  #kindOfString(text: string, escapes: number): KeyKind {
    const from = Math.max(this.#begin + 1, this.#end - escapes - MAX_STRING);
    const string = text.slice(from, this.#end - escapes);
    if (!string.includes('\\')) return this.#kindOf(string);
    const kind = this.#kindOf(string.replace(ESCAPE, ' '));
    return kind === 'none' ? this.#kindOf(string.replace(ESCAPES, ' ')) : kind;
  }

  /** True if the string is the key of a value that is not a number which may be a code. */
  #isKey(text: string, kind: KeyKind): boolean {
    NEXT.lastIndex = this.#end + 1;
    const value = NEXT.exec(text)?.[1];
    return value !== undefined && (kind !== 'digits' || !/\d/.test(value));
  }
}

/** What follows a key, and the first character of its value. */
const NEXT = / *: *(.?)/sy;

function backslashesBefore(text: string, at: number): number {
  let from = at;
  while (from > 0 && text.charCodeAt(from - 1) === BACKSLASH) from--;
  return at - from;
}
