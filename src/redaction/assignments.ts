/**
 * Masks `name=value` and similar forms inside text: queries, environment, command lines, headers, JSON and
 * Python literals with any escaping. Goes from name to name, so that its time is proportional to the text's
 * length. [isolate-safe]
 * @module
 */

import { type KeyKind, masksText } from './keys';
import { MaskedText } from './masked-text';
import { type FoundName, nameAround } from './names';
import type { Count } from './text';

/** A flag's value follows after blanks, and so does a quoted one in prose: `wrong password 'x'`. */
const FLAG_GAP = /[ \t]{1,4}(?=[^\s-])/y;
const PROSE_GAP = /[ \t]{1,2}(?=["'`])/y;
const QUOTE = /\\{0,7}["'`]/y;
const MAX_PLAIN = 4096;
/**
 * If a name also has a harmless meaning, only this many characters of its value decide whether it is masked.
 */
const FIRST_LOOK = 64;
/** Each value that is masked under such a name contains a digit or a signature. */
const DIGIT_OR_SIGNATURE = /\d|\?sig=/g;
const RUN = /[\w+=~%]{0,64}/y;
const LINE_VALUE = /(?:[^"'`\r\n\\%]|%(?!26)){1,8192}/y;
const NO_VALUE =
  /^(?:undefined|null|none|true|false|string|number|boolean|\*+|x{3,}|\$\{\w+\}|\$[A-Z_]+|<[\w -]+>|%\w+%|\[redacted\]|[[{(]{1,2})[,.)}\]]*$/i;

/**
 * Masks the values of secret names.
 * @param nextName The position in the next secret name at or after a position, or -1.
 * @param kindOf What a name implies about its value.
 */
export function maskAssignments(
  text: string,
  nextName: (text: string, from: number) => number,
  kindOf: (name: string) => KeyKind,
  count: Count,
): string {
  let result: MaskedText | undefined;
  const ahead = new Ahead(text);
  let kept = 0;
  for (let at = nextName(text, 0); at !== -1; ) {
    const found = nameAround(text, at, kindOf);
    const value = found.kind === 'none' ? undefined : valueAfter(text, found, ahead);
    if (value !== undefined && value.start >= kept && isSecret(text, found, value)) {
      result ??= new MaskedText(text);
      result.mask(value.start, value.end);
      kept = value.end;
      count('assignment');
    }
    at = nextName(text, Math.max(found.end, kept, at + 1));
  }
  return result?.end() ?? text;
}

/** Finds the next digit or signature. Each character of a text is read once. */
class Ahead {
  readonly #text: string;
  #next = -1;

  constructor(text: string) {
    this.#text = text;
  }

  next(from: number): number {
    if (this.#next < from) {
      DIGIT_OR_SIGNATURE.lastIndex = from;
      this.#next = DIGIT_OR_SIGNATURE.exec(this.#text)?.index ?? this.#text.length;
    }
    return this.#next;
  }
}

/** The value of a name. */
interface FoundValue {
  text: string;
  start: number;
  end: number;
  quoted: boolean;
}

/** The value of a name, if it has one. */
function valueAfter(text: string, found: FoundName, ahead: Ahead): FoundValue | undefined {
  const { kind } = found;
  const from = separatorEnd(text, found);
  if (from === -1) return undefined;
  const quoteEnd = mayBeQuote(text.charCodeAt(from)) ? endOf(QUOTE, text, from) : -1;
  if (quoteEnd !== -1) {
    const close = text.indexOf(text.slice(from, quoteEnd), quoteEnd);
    const end = close === -1 ? text.length : close;
    return { text: text.slice(quoteEnd, end), start: quoteEnd, end, quoted: true };
  }
  const always = kind === 'secret' || kind === 'line';
  if (!always && !mayBeMasked(text, from, kind, ahead)) return undefined;
  const end = kind === 'line' ? endOf(LINE_VALUE, text, from) : plainEnd(text, from, MAX_PLAIN);
  return end <= from ? undefined : { text: text.slice(from, end), start: from, end, quoted: false };
}

/**
 * True if the value at a position may be masked though its name also has a harmless meaning. Hostile text is full of
 * such names, so only the first characters of the value are read; of a code of digits, only its first run.
 */
function mayBeMasked(text: string, from: number, kind: KeyKind, ahead: Ahead): boolean {
  if (kind === 'not-path') return text.charCodeAt(from) !== SLASH;
  if (ahead.next(from) >= from + FIRST_LOOK) return false;
  const end = kind === 'digits' ? endOf(RUN, text, from) : plainEnd(text, from, FIRST_LOOK);
  return masksText(kind, text.slice(from, end));
}

/**
 * The end of a value without quotes. An encoded `&` ends it, too; otherwise the rest would be read again with
 * the next name.
 */
function plainEnd(text: string, from: number, most: number): number {
  const last = Math.min(text.length, from + most);
  let at = from;
  for (; at < last; at++) {
    const code = text.charCodeAt(at);
    if (endsValue(code) || (code === PERCENT && text.startsWith('26', at + 1))) break;
  }
  return at;
}

/** The end of the separator between a name and its value, or -1. */
function separatorEnd(text: string, found: FoundName): number {
  const end = signEnd(text, found.end);
  if (end !== -1) return end;
  if (found.name.startsWith('-')) return endOf(FLAG_GAP, text, found.end);
  return /passw(?:or)?d$/i.test(found.name) ? endOf(PROSE_GAP, text, found.end) : -1;
}

/**
 * The end of an equals sign, or -1: `(\\{0,7}["'`])?\]?\s{0,4}(=>|:=|==?|:|%3D|%3A)\s{0,4}`, in which the quote
 * closes a quoted name. It is read without a regular expression, in a quarter of the time.
 */
function signEnd(text: string, from: number): number {
  let at = from;
  while (at - from < MAX_ESCAPES && text.charCodeAt(at) === BACKSLASH) at++;
  at = isQuote(text.charCodeAt(at)) ? at + 1 : from;
  if (text.charCodeAt(at) === CLOSING_BRACKET) at++;
  at = gapEnd(text, at);
  const sign = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  if (sign === EQUALS) at += next === GREATER || next === EQUALS ? 2 : 1;
  else if (sign === COLON) at += next === EQUALS ? 2 : 1;
  else if (sign === PERCENT && /^3[da]/i.test(text.slice(at + 1, at + 3))) at += 3;
  else return -1;
  return gapEnd(text, at);
}

/**
 * Tells for each ASCII code whether it ends a value without quotes. Of the other codes, only those of blanks
 * do.
 */
const ENDS = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\s"'`&;<>\\]/.test(String.fromCharCode(code)) ? 1 : 0,
);

function endsValue(code: number): boolean {
  return code < ENDS.length ? ENDS[code] === 1 : code >= 160 && /\s/.test(String.fromCharCode(code));
}

/** The end of up to four blanks. */
function gapEnd(text: string, from: number): number {
  let at = from;
  while (at - from < MAX_GAP && isBlank(text.charCodeAt(at))) at++;
  return at;
}

const MAX_ESCAPES = 7;
const MAX_GAP = 4;
const PERCENT = 37;
const SLASH = 47;
const COLON = 58;
const EQUALS = 61;
const GREATER = 62;
const BACKSLASH = 92;
const CLOSING_BRACKET = 93;

function isBlank(code: number): boolean {
  if (code < 128) return code === 32 || (code >= 9 && code <= 13);
  return code >= 160 && /\s/.test(String.fromCharCode(code));
}

function mayBeQuote(code: number): boolean {
  return code === BACKSLASH || isQuote(code);
}

/** One of `"'` and the back quote. */
function isQuote(code: number): boolean {
  return code === 34 || code === 39 || code === 96;
}

function isSecret(text: string, found: FoundName, value: FoundValue): boolean {
  const { kind } = found;
  if (NO_VALUE.test(value.text) || !masksText(kind, value.text)) return false;
  const prose = kind === 'secret' && !value.quoted && isAfterColon(text, found, value);
  return !prose || /pass/i.test(found.name) || /\d/.test(value.text) || value.text.length >= 16;
}

/**
 * In prose anything can follow a colon after `secret` or `token`, so the value there must look like a secret.
 */
function isAfterColon(text: string, found: FoundName, value: FoundValue): boolean {
  return text.charCodeAt(found.end) !== EQUALS && text.slice(found.end, value.start).trim() === ':';
}

/** The end of a match that begins at a position, or -1. */
function endOf(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : -1;
}
