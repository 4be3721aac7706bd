/**
 * The first check of a value whose name also has a harmless meaning (`session`, `pin`, `pwd`). Hostile text is
 * full of such names, so the value is read in place, and as little of it as possible. [isolate-safe]
 * @module
 */
import { type KeyKind, masksText } from './keys';
import { OpaqueRun } from './opaque';

/** The number of characters that decide. */
const FIRST_LOOK = 64;
/** Codes of digits are short. */
const FIRST_LOOK_FOR_DIGITS = 32;
const LONGEST_CODE = 8;

/** The most characters between a name and its value. */
const MOST_BETWEEN = 16;

const QUOTE = 34;
const SLASH = 47;
const BACKSLASH = 92;
/** The only form in which a URL's signature can be in a value without `&`. */
const SIGNATURE = '?sig=';

/** Results of earlier checks of a text, shared by the values of names that are close together. */
export interface Seen {
  /** Position of the next signature. */
  signature: number;
  /** Position of the next backslash. */
  backslash: number;
  /**
   * No generated secret ends between these two positions. One may begin in the characters before the second.
   */
  from: number;
  to: number;
  run: OpaqueRun;
}

/** The state before a text. */
export const nothingSeen = (): Seen => ({
  signature: -1,
  backslash: -1,
  from: 0,
  to: -1,
  run: new OpaqueRun(),
});

/** True if the value at a position is masked under a name of this kind, judged by its first characters. */
export function beginsMasked(text: string, from: number, kind: KeyKind, seen: Seen): boolean {
  if (kind === 'not-path' && text.charCodeAt(from) === SLASH) return false;
  const last = Math.min(text.length, from + (kind === 'digits' ? FIRST_LOOK_FOR_DIGITS : FIRST_LOOK));
  if (kind === 'digits' && !mayBeCode(text, from) && !mayBeOpaque(text, from, last, seen)) return false;
  if (kind === 'opaque' && !mayBeSigned(text, from, last, seen) && !mayBeOpaque(text, from, last, seen))
    return false;
  let end = from;
  while (end < last && !endsValue(text.charCodeAt(end))) end++;
  return masksText(kind, text.slice(from, end));
}

/**
 * True if an escape is so close after a name that it may belong to the separator or to the value. Then only the
 * decoded text can decide. Escaped quotes are read directly.
 */
export function isEscaped(text: string, from: number, seen: Seen): boolean {
  if (seen.backslash < from) seen.backslash = nextOr(text, '\\', from);
  const last = Math.min(text.length, from + MOST_BETWEEN + FIRST_LOOK);
  for (let at = seen.backslash; at < last; ) {
    while (text.charCodeAt(at) === BACKSLASH) at++;
    if (text.charCodeAt(at) !== QUOTE) return true;
    at = nextOr(text, '\\', at);
  }
  return false;
}

/** Position of a text in another, or the other's length. */
function nextOr(text: string, wanted: string, from: number): number {
  const next = text.indexOf(wanted, from);
  return next === -1 ? text.length : next;
}

/** True if a value of only a few digits, like a code, may begin at a position. */
function mayBeCode(text: string, from: number): boolean {
  let end = from;
  while (end - from <= LONGEST_CODE && isDigit(text.charCodeAt(end))) end++;
  return end > from && end - from <= LONGEST_CODE && (end === text.length || endsValue(text.charCodeAt(end)));
}

/** True if a range contains a signature. */
function mayBeSigned(text: string, from: number, last: number, seen: Seen): boolean {
  if (seen.signature < from) seen.signature = nextOr(text, SIGNATURE, from);
  return seen.signature < last;
}

/**
 * True if a range may contain a generated secret. Each character is read once, however close names are. A run
 * that began before the range counts as if it were completely inside. So this may be true wrongly, but is never
 * false wrongly.
 */
function mayBeOpaque(text: string, from: number, last: number, seen: Seen): boolean {
  if (from < seen.from || from > seen.to) {
    seen.from = seen.to = from;
    seen.run.clear();
  }
  for (; seen.to < last; seen.to++) {
    if (seen.run.isSecretWith(text.charCodeAt(seen.to))) return true;
  }
  return false;
}

/** Character codes that end a value without quotes. Of the codes above these only blanks do. */
const ENDS = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\s"'`&;<>\\]/.test(String.fromCharCode(code)) ? 1 : 0,
);

/** True if a character ends a value without quotes. */
export function endsValue(code: number): boolean {
  return code < ENDS.length ? ENDS[code] === 1 : code >= FIRST_BLANK && /\s/.test(String.fromCharCode(code));
}

/** The first non-ASCII blank. */
const FIRST_BLANK = 160;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
