/**
 * `name=value` and its kin inside text: queries, environment, command lines, headers, JSON and Python literals with
 * any escaping. Goes from name to name, so that its time is in proportion to the text's length. [isolate-safe]
 * @module
 */
import { type KeyKind, masksText } from './redact-keys';
import { type Count, REDACTED } from './redact-text';

/** Longest name that is looked at on either side of a word. */
const MAX_NAME = 64;

/** Between a name and its value; the first group is the quote that closes a quoted name. */
const SEPARATOR = /(\\{0,7}["'`])?\]?\s{0,4}(=>|:=|==?|:|%3D|%3A)\s{0,4}/iy;
/** A flag's value follows after blanks, and so does a quoted one in prose: `wrong password 'x'`. */
const FLAG_GAP = /[ \t]{1,4}(?=[^\s-])/y;
const PROSE_GAP = /[ \t]{1,2}(?=["'`])/y;
const QUOTE = /\\{0,7}["'`]/y;
const PLAIN_VALUE = /[^\s"'`&;<>\\]{1,4096}/y;
/** Characters that are read of a value whose name has an innocent sense as well, before it is known to be a secret. */
const FIRST_LOOK = 64;
const PLAIN_END = /[\s"'`&;<>\\]/;
const LINE_VALUE = /[^"'`\r\n\\]{1,8192}/y;
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
    end += startsAt(STRING_WORD, text, end)?.length ?? 0;
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
  let result = '';
  let kept = 0;
  for (let at = nextName(text, 0); at !== -1; ) {
    const found = nameAround(text, at);
    const kind = kindOf(found.name);
    const value = kind === 'none' ? undefined : valueAfter(text, found, kind);
    if (value !== undefined && value.start >= kept && isSecret(found.name, kind, value)) {
      result += text.slice(kept, value.start) + REDACTED;
      kept = value.end;
      count('assignment');
    }
    at = nextName(text, Math.max(found.end, kept, at + 1));
  }
  return kept === 0 ? text : result + text.slice(kept);
}

interface FoundValue {
  text: string;
  start: number;
  end: number;
  quoted: boolean;
  separator: string;
}

/** The value that a name is given, if it is given one. */
export function valueAfter(text: string, found: FoundName, kind: KeyKind): FoundValue | undefined {
  const separator = startsAt(SEPARATOR, text, found.end) ?? gapAfter(text, found);
  if (separator === undefined) return undefined;
  const from = found.end + separator.length;
  const quote = startsAt(QUOTE, text, from);
  if (quote !== undefined) {
    const start = from + quote.length;
    const close = text.indexOf(quote, start);
    const end = close === -1 ? text.length : close;
    return { text: text.slice(start, end), start, end, quoted: true, separator };
  }
  if (kind !== 'secret' && kind !== 'line' && !masksText(kind, firstLook(text, from))) return undefined;
  const value = startsAt(kind === 'line' ? LINE_VALUE : PLAIN_VALUE, text, from);
  if (value === undefined) return undefined;
  const encodedEnd = /%26/i.exec(value)?.index ?? value.length;
  return { text: value.slice(0, encodedEnd), start: from, end: from + encodedEnd, quoted: false, separator };
}

function firstLook(text: string, from: number): string {
  const look = text.slice(from, from + FIRST_LOOK);
  const end = look.search(PLAIN_END);
  return end === -1 ? look : look.slice(0, end);
}

function gapAfter(text: string, found: FoundName): string | undefined {
  if (found.name.startsWith('-')) return startsAt(FLAG_GAP, text, found.end);
  return /passw(?:or)?d$/i.test(found.name) ? startsAt(PROSE_GAP, text, found.end) : undefined;
}

/** In prose a colon after `secret` or `token` introduces anything: there the value must look like one. */
function isSecret(name: string, kind: KeyKind, value: FoundValue): boolean {
  if (NO_VALUE.test(value.text) || !masksText(kind, value.text)) return false;
  const prose = !value.quoted && kind === 'secret' && value.separator.trim() === ':';
  return !prose || /pass/i.test(name) || /\d/.test(value.text) || value.text.length >= 16;
}

function startsAt(expression: RegExp, text: string, at: number): string | undefined {
  expression.lastIndex = at;
  return expression.exec(text)?.[0];
}
