/**
 * The first look at a value whose name has an innocent sense as well (`session`, `pin`, `pwd`). Hostile text is full of
 * such names, so the value is read where it stands, and as little of it as will do. [isolate-safe]
 * @module
 */
import { type KeyKind, masksText } from './keys';
import { OpaqueRun } from './opaque';

/** Characters that decide. */
const FIRST_LOOK = 64;
/** Codes of a few digits are short. */
const FIRST_LOOK_FOR_DIGITS = 32;
const LONGEST_CODE = 8;

/** Characters between a name and its value. */
const MOST_BETWEEN = 16;

const QUOTE = 34;
const SLASH = 47;
const BACKSLASH = 92;
/** The one way in which a signature of a URL can stand in a value that no `&` is in. */
const SIGNATURE = '?sig=';

/** What is known of a text from earlier looks: the values of names close together share it. */
export interface Seen {
  /** Where the next signature stands. */
  signature: number;
  /** Where the next backslash does. */
  backslash: number;
  /** No generated secret ends between these two places; what leads to the latter may begin one. */
  from: number;
  to: number;
  run: OpaqueRun;
}

/** Before a text. */
export const nothingSeen = (): Seen => ({
  signature: -1,
  backslash: -1,
  from: 0,
  to: -1,
  run: new OpaqueRun(),
});

/** Whether the value that begins at a place is masked under a name of this kind, by its first characters. */
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
 * Whether an escape stands so close behind a name that it may be part of what separates it from its value, or of the
 * value: then only what the escape stands for can tell. Escaped quotes are read as they are.
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

/** Where a text next stands in another, or that one's length. */
function nextOr(text: string, wanted: string, from: number): number {
  const next = text.indexOf(wanted, from);
  return next === -1 ? text.length : next;
}

/** Whether a value that is all digits, and as few as a code has, may begin at a place. */
function mayBeCode(text: string, from: number): boolean {
  let end = from;
  while (end - from <= LONGEST_CODE && isDigit(text.charCodeAt(end))) end++;
  return end > from && end - from <= LONGEST_CODE && (end === text.length || endsValue(text.charCodeAt(end)));
}

/** Whether a signature stands in a stretch. */
function mayBeSigned(text: string, from: number, last: number, seen: Seen): boolean {
  if (seen.signature < from) seen.signature = nextOr(text, SIGNATURE, from);
  return seen.signature < last;
}

/**
 * Whether a generated secret may stand in a stretch. Each character is looked at once, however close names stand: a run
 * that began before the stretch counts as if all of it were in it, so that this may say yes in vain, but never no.
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

/** What ends a value without quotes, by its code; of those above only blanks do. */
const ENDS = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\s"'`&;<>\\]/.test(String.fromCharCode(code)) ? 1 : 0,
);

/** Whether a character ends a value without quotes. */
export function endsValue(code: number): boolean {
  return code < ENDS.length ? ENDS[code] === 1 : code >= FIRST_BLANK && /\s/.test(String.fromCharCode(code));
}

/** Of those that are no ASCII. */
const FIRST_BLANK = 160;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
