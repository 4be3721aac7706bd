/**
 * Masks `name=value` and similar forms inside text: queries, environment, command lines, headers, JSON and
 * Python literals with any escaping. Goes from name to name, so that its time is proportional to the text's
 * length. [isolate-safe]
 * @module
 */

import { type KeyKind, masksText } from './keys';
import { beginsMasked, endsValue, nothingSeen, type Seen } from './look';
import { MaskedText } from './masked-text';
import { type FoundName, NameFinder } from './names';
import type { Count } from './text';

/** A flag's value follows after blanks, and so does a quoted one in prose: `wrong password 'x'`. */
const FLAG_GAP = /[ \t]{1,4}(?=[^\s-])/y;
const PROSE_GAP = /[ \t]{1,2}(?=["'`])/y;
const QUOTE = /\\{0,7}["'`]/y;
const MAX_PLAIN = 4096;
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
  const finder = new NameFinder(kindOf);
  const seen = nothingSeen();
  let kept = 0;
  for (let at = nextName(text, 0); at !== -1; ) {
    const found = finder.around(text, at);
    const value = found.kind === 'none' ? undefined : valueAfter(text, found, seen);
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

/** The value of a name. */
export interface FoundValue {
  text: string;
  start: number;
  end: number;
  quoted: boolean;
}

/** The value of a name, if it has one. */
export function valueAfter(text: string, found: FoundName, seen: Seen): FoundValue | undefined {
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
  if (!always && !beginsMasked(text, from, kind, seen)) return undefined;
  const end = kind === 'line' ? endOf(LINE_VALUE, text, from) : plainEnd(text, from);
  return end <= from ? undefined : { text: text.slice(from, end), start: from, end, quoted: false };
}

/**
 * The end of a value without quotes. An encoded `&` ends it, too; otherwise the rest would be read again with
 * the next name.
 */
function plainEnd(text: string, from: number): number {
  const last = Math.min(text.length, from + MAX_PLAIN);
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
 * closes a quoted name. Read without a regular expression, which takes a quarter of the time.
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

/** The end of up to four blanks. */
function gapEnd(text: string, from: number): number {
  let at = from;
  while (at - from < MAX_GAP && isBlank(text.charCodeAt(at))) at++;
  return at;
}

const MAX_ESCAPES = 7;
const MAX_GAP = 4;
const PERCENT = 37;
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
