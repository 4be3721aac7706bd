/**
 * Names in a text: the name around a position, and what it implies about the value that follows. [isolate-safe]
 * @module
 */
import type { KeyKind } from './keys';

/** Longest name that is read on either side of a word. */
const MAX_NAME = 64;

const BACKSLASH = 92;
/** What follows a backslash in JSON for line ends, control characters and halves of surrogate pairs. */
const ESCAPE = /^(?:[bfnrt]|u[0-9a-f]{4})/;
const CONNECTION = 'connection';
const STRING_WORD = /connection string/iy;

/** A name in a text. */
export interface FoundName {
  name: string;
  kind: KeyKind;
  start: number;
  end: number;
}

/** The whole name around a position. `api key` and `connection string` count as one name with their blank. */
export function nameAround(text: string, at: number, kindOf: (name: string) => KeyKind): FoundName {
  const [start, end] = phraseAround(text, at, ...wordAround(text, at));
  const whole = text.slice(start, end);
  // After a backslash the first letters may belong to an escape (`\\ntoken=`) or to the name (`C:\\token=`).
  const skipped = text.charCodeAt(start - 1) === BACKSLASH ? ESCAPE.exec(whole)?.[0].length : undefined;
  if (skipped === undefined) return { name: whole, kind: kindOf(whole), start, end };
  const name = whole.slice(skipped);
  const kind = kindOf(name);
  return { name, kind: kind === 'none' ? kindOf(whole) : kind, start: start + skipped, end };
}

function wordAround(text: string, at: number): [start: number, end: number] {
  let start = at;
  let end = at;
  while (start > 0 && at - start < MAX_NAME && isNamePart(text.charCodeAt(start - 1))) start--;
  while (end < text.length && end - at < MAX_NAME && isNamePart(text.charCodeAt(end))) end++;
  return [start, end];
}

function phraseAround(text: string, at: number, from: number, to: number): [start: number, end: number] {
  let [start, end] = [from, to];
  if (end - start <= 4 && text[start - 1] === ' ' && start > 1 && /^keys?$/i.test(text.slice(start, end))) {
    start--;
    while (start > 0 && at - start < MAX_NAME && isNamePart(text.charCodeAt(start - 1))) start--;
  }
  const escaped = text.charCodeAt(start - 1) === BACKSLASH ? 1 : 0;
  if (end - start === CONNECTION.length || end - start === CONNECTION.length + escaped) {
    STRING_WORD.lastIndex = end - CONNECTION.length;
    if (STRING_WORD.test(text)) end = STRING_WORD.lastIndex;
  }
  return [start, end];
}

/** `A-Za-z0-9`, `_`, `-` and `.`, by their codes. */
const NAME_PARTS = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\w.-]/.test(String.fromCharCode(code)) ? 1 : 0,
);

function isNamePart(code: number): boolean {
  return code < NAME_PARTS.length && NAME_PARTS[code] === 1;
}
