/**
 * `name=value` and its kin inside text: queries, environment, command lines, headers, JSON and Python literals with
 * any escaping. Goes from name to name, so that its time is in proportion to the text's length. [isolate-safe]
 * @module
 */
import { type KeyKind, masksText } from './redact-keys';
import { beginsMasked, type Digitless, nothingSeen } from './redact-look';
import { type Count, REDACTED } from './redact-text';
import { TextParts } from './text-parts';

/** Longest name that is looked at on either side of a word. */
const MAX_NAME = 64;

/** Between a name and its value; the first group is the quote that closes a quoted name. */
const SEPARATOR = /(\\{0,7}["'`])?\]?\s{0,4}(=>|:=|==?|:|%3D|%3A)\s{0,4}/iy;
/** A flag's value follows after blanks, and so does a quoted one in prose: `wrong password 'x'`. */
const FLAG_GAP = /[ \t]{1,4}(?=[^\s-])/y;
const PROSE_GAP = /[ \t]{1,2}(?=["'`])/y;
const QUOTE = /\\{0,7}["'`]/y;
/** Not past an encoded `&`: what follows would be read again with the next name. */
const PLAIN_VALUE = /(?:[^\s"'`&;<>\\%]|%(?!26)){1,4096}/y;
const LINE_VALUE = /(?:[^"'`\r\n\\%]|%(?!26)){1,8192}/y;
const NO_VALUE =
  /^(?:undefined|null|none|true|false|string|number|boolean|\*+|x{3,}|\$\{\w+\}|\$[A-Z_]+|<[\w -]+>|%\w+%|\[redacted\]|[[{(]{1,2})[,.)}\]]*$/i;

const CONNECTION = 'connection';
const STRING_WORD = / string/iy;

/** A name in a text. */
export interface FoundName {
  name: string;
  start: number;
  end: number;
}

/** The whole name around a place; `api key` and `connection string` count as one name with their blank. */
export function nameAround(text: string, at: number): FoundName {
  let start = at;
  let end = at;
  while (start > 0 && at - start < MAX_NAME && isNamePart(text.charCodeAt(start - 1))) start--;
  while (end < text.length && end - at < MAX_NAME && isNamePart(text.charCodeAt(end))) end++;
  if (text[start - 1] === '\\' && /[bfnrt]/.test(text[start] ?? '')) start++;
  if (end - start <= 4 && text[start - 1] === ' ' && start > 1 && /^keys?$/i.test(text.slice(start, end))) {
    start--;
    while (start > 0 && at - start < MAX_NAME && isNamePart(text.charCodeAt(start - 1))) start--;
  }
  if (end - start === CONNECTION.length && text.slice(start, end).toLowerCase() === CONNECTION) {
    end = Math.max(end, endOf(STRING_WORD, text, end));
  }
  return { name: text.slice(start, end), start, end };
}

function isNamePart(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 45 ||
    code === 46
  );
}

/**
 * Masks the values of names that are those of secrets.
 * @param nextName Where a word of a secret's name stands at or after a place, or -1.
 * @param kindOf What a name says of its value.
 */
export function maskAssignments(
  text: string,
  nextName: (text: string, from: number) => number,
  kindOf: (name: string) => KeyKind,
  count: Count,
): string {
  const result = new TextParts();
  const seen = nothingSeen();
  let kept = 0;
  for (let at = nextName(text, 0); at !== -1; ) {
    const found = nameAround(text, at);
    const kind = kindOf(found.name);
    const value = kind === 'none' ? undefined : valueAfter(text, found, kind, seen);
    if (value !== undefined && value.start >= kept && isSecret(found.name, kind, value)) {
      result.add(text, kept, value.start, REDACTED);
      kept = value.end;
      count('assignment');
    }
    at = nextName(text, Math.max(found.end, kept, at + 1));
  }
  return kept === 0 ? text : result.end(text, kept);
}

interface FoundValue {
  text: string;
  start: number;
  end: number;
  quoted: boolean;
  separator: string;
}

/** The value that a name is given, if it is given one. */
export function valueAfter(
  text: string,
  found: FoundName,
  kind: KeyKind,
  seen: Digitless,
): FoundValue | undefined {
  const from = separatorEnd(text, found);
  if (from === -1) return undefined;
  const quoteEnd = mayBeQuote(text.charCodeAt(from)) ? endOf(QUOTE, text, from) : -1;
  const separator = text.slice(found.end, from);
  if (quoteEnd !== -1) {
    const close = text.indexOf(text.slice(from, quoteEnd), quoteEnd);
    const end = close === -1 ? text.length : close;
    return { text: text.slice(quoteEnd, end), start: quoteEnd, end, quoted: true, separator };
  }
  const always = kind === 'secret' || kind === 'line';
  if (!always && !beginsMasked(text, from, kind, seen)) return undefined;
  const plainEnd = endOf(kind === 'line' ? LINE_VALUE : PLAIN_VALUE, text, from);
  if (plainEnd === -1) return undefined;
  return { text: text.slice(from, plainEnd), start: from, end: plainEnd, quoted: false, separator };
}

/** Where what separates a name from its value ends, or -1. */
function separatorEnd(text: string, found: FoundName): number {
  const end = mayBeSeparator(text.charCodeAt(found.end)) ? endOf(SEPARATOR, text, found.end) : -1;
  if (end !== -1) return end;
  if (found.name.startsWith('-')) return endOf(FLAG_GAP, text, found.end);
  return /passw(?:or)?d$/i.test(found.name) ? endOf(PROSE_GAP, text, found.end) : -1;
}

/** One of `=:"'\`]%` or a blank, in front of `SEPARATOR`, which costs more. */
function mayBeSeparator(code: number): boolean {
  return (
    code === 61 || code === 58 || code === 37 || code === 93 || mayBeQuote(code) || !(code > 32 && code < 128)
  );
}

/** One of `\"'` and the back quote. */
function mayBeQuote(code: number): boolean {
  return code === 34 || code === 39 || code === 92 || code === 96;
}

/** In prose a colon after `secret` or `token` introduces anything: there the value must look like one. */
function isSecret(name: string, kind: KeyKind, value: FoundValue): boolean {
  if (NO_VALUE.test(value.text) || !masksText(kind, value.text)) return false;
  const prose = !value.quoted && kind === 'secret' && value.separator.trim() === ':';
  return !prose || /pass/i.test(name) || /\d/.test(value.text) || value.text.length >= 16;
}

/** Where a match that begins at a place ends, or -1. */
function endOf(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : -1;
}
