/**
 * The first look at a value whose name has an innocent sense as well (`session`, `pin`, `pwd`). Hostile text is full of
 * such names, so the value is read where it stands, and once. [isolate-safe]
 * @module
 */
import { isOpaqueCharacter, type KeyKind, masksText } from './redact-keys';

/** Characters that decide. */
const FIRST_LOOK = 64;
/** Codes of a few digits are short. */
const FIRST_LOOK_FOR_DIGITS = 32;
/** A run of letters and digits that is shorter is no generated secret. */
const SHORTEST_RUN = 16;
const LONGEST_CODE = 8;

const SLASH = 47;
const EQUALS = 61;

const END = 0;
const OUTSIDE = 1;
const RUN = 2;
const DIGIT = 3;
/** What a character is, by its code; of those above only blanks end a value. */
const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[\s"'`&;<>\\]/.test(character)) return END;
  if (/\d/.test(character)) return DIGIT;
  return isOpaqueCharacter(code) ? RUN : OUTSIDE;
});

/** A stretch of a text that was seen to hold no digit and no end of a value: the values of names close together share it. */
export interface Digitless {
  from: number;
  to: number;
}

/** Before a text. */
export const nothingSeen = (): Digitless => ({ from: 0, to: -1 });

/** Whether the value that begins at a place is masked under a name of this kind, by its first characters. */
export function beginsMasked(text: string, from: number, kind: KeyKind, seen: Digitless): boolean {
  if (kind === 'not-path' && text.charCodeAt(from) === SLASH) return false;
  const last = Math.min(text.length, from + (kind === 'digits' ? FIRST_LOOK_FOR_DIGITS : FIRST_LOOK));
  if (kind === 'digits') {
    if (isDigitless(text, from, last, seen)) return false;
    if (!mayBeCode(text, from) && !mayHoldRun(text, from, last)) return false;
  }
  let [end, run, longest, digits, signed] = [from, 0, 0, false, false];
  for (; end < last; end++) {
    const code = text.charCodeAt(end);
    const found = code < CLASSES.length ? CLASSES[code]! : classOf(code);
    if (found === END) break;
    run = found === OUTSIDE ? 0 : run + 1;
    if (run > longest) longest = run;
    if (found === DIGIT) digits = true;
    else if (code === EQUALS) signed ||= text.startsWith('sig', end - 3);
  }
  return maySuit(kind, digits, longest, end - from, signed) && masksText(kind, text.slice(from, end));
}

/** Nothing without a digit is masked as a code of digits. Each character is looked at once, however close names stand. */
function isDigitless(text: string, from: number, last: number, seen: Digitless): boolean {
  const known = from >= seen.from && from <= seen.to;
  for (let at = known ? seen.to : from; at < last; at++) {
    const found = classAt(text, at);
    if (found === END || found === DIGIT) return false;
  }
  seen.from = known ? seen.from : from;
  seen.to = Math.max(last, known ? seen.to : last);
  return true;
}

/** Whether a value that is all digits, and as few as a code has, may begin at a place. */
function mayBeCode(text: string, from: number): boolean {
  let end = from;
  while (end - from <= LONGEST_CODE && CLASSES[text.charCodeAt(end)] === DIGIT) end++;
  return end > from && end - from <= LONGEST_CODE && (end === text.length || classAt(text, end) === END);
}

/** Whether the run of a generated secret may be in a stretch. Looks at the far end of each place for one first, and so at few characters. */
function mayHoldRun(text: string, from: number, last: number): boolean {
  for (let begin = from; begin + SHORTEST_RUN <= last; ) {
    let at = begin + SHORTEST_RUN - 1;
    while (at >= begin && classAt(text, at) >= RUN) at--;
    if (at < begin) return true;
    begin = at + 1;
  }
  return false;
}

function classAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < CLASSES.length ? CLASSES[code]! : classOf(code);
}

function maySuit(kind: KeyKind, digits: boolean, longest: number, length: number, signed: boolean): boolean {
  if (kind === 'not-path') return true;
  if (digits && longest >= SHORTEST_RUN) return true;
  return kind === 'digits' ? digits && length <= LONGEST_CODE : signed;
}

function classOf(code: number): number {
  return /\s/.test(String.fromCharCode(code)) ? END : OUTSIDE;
}
