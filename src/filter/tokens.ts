/**
 * Tokens of the filter language: names, strings, numbers, operators, brackets, with their positions. Quoting
 * follows Temporal's visibility queries. Strings are in ' or ", with the quote doubled or escaped by a
 * backslash. Names are in backquotes if they contain more than letters, digits, _, - and $. [isolate-safe]
 * @module
 */
import { ProvenanceError } from '../errors';

/** A filter text that is invalid: the position, and the word there. */
export class FilterError extends ProvenanceError {
  override readonly name = 'FilterError';
  /** Index into the text, from 0; undefined for a filter that was not written as text. */
  readonly position: number | undefined;

  constructor(message: string, position?: number) {
    super('FILTER_INVALID', message);
    this.position = position;
  }
}

/** A word of a filter; `position` counts UTF-16 units from 0. */
export interface Token {
  kind: 'name' | 'string' | 'number' | 'symbol' | 'end';
  /** As written, for messages and keywords. */
  text: string;
  position: number;
  /** Its meaning: the string unquoted, the name's path, the number. */
  string?: string;
  path?: string[];
  number?: number;
  /** True for a name in backquotes, which is never a keyword. */
  quoted?: boolean;
}

/** Longest filter text, in characters. */
const MAX_FILTER_LENGTH = 65_536;

const SPACE = /[\s\uFEFF]+/y;
const SYMBOL = /<>|<=|>=|!=|[=<>(),]/y;
const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y;
const PLAIN_NAME = /[\p{L}_$][\p{L}\p{M}\p{N}_$-]*/uy;
const INNER_NAME = /[\p{L}\p{N}_$][\p{L}\p{M}\p{N}_$-]*/uy;
const QUOTED_NAME = /`((?:[^`]|``)+)`/y;
/** Places in lists, after a part of a name. */
const LIST_PLACES = /(?:\[\d{1,9}\])+/y;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ...Object.entries({ 0: '\0', b: '\b', n: '\n', r: '\r', t: '\t', Z: '\x1a' }),
  ...["'", '"', '\\'].map((character) => [character, character] as const),
]);

/** Throws the error for a position of the text: one line, with the column (from 1) and the word there. */
export function fail(token: Pick<Token, 'text' | 'position'>, what: string): never {
  const found = token.text === '' ? 'the end' : `"${shorten(token.text)}"`;
  throw new FilterError(`Filter, column ${token.position + 1}, at ${found}: ${what}`, token.position);
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}

/** Splits a filter text into tokens. The last token is `end`. */
export function tokenize(text: string): Token[] {
  if (text.length > MAX_FILTER_LENGTH) {
    throw new FilterError(`The filter has ${text.length} characters; the limit is ${MAX_FILTER_LENGTH}.`, 0);
  }
  const tokens: Token[] = [];
  let position = skip(text, 0);
  while (position < text.length) {
    const token = next(text, position);
    tokens.push(token);
    position = skip(text, position + token.text.length);
  }
  tokens.push({ kind: 'end', text: '', position: text.length });
  return tokens;
}

function match(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(text);
}

function skip(text: string, position: number): number {
  return position + (match(SPACE, text, position)?.[0].length ?? 0);
}

function next(text: string, position: number): Token {
  const head = text[position]!;
  if (head === "'" || head === '"') return string(text, position, head);
  if (head === '`' || match(PLAIN_NAME, text, position)) return name(text, position);
  const number = match(NUMBER, text, position)?.[0];
  if (number !== undefined) return numberToken(number, text, position);
  const symbol = match(SYMBOL, text, position)?.[0];
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, position };
  const character = String.fromCodePoint(text.codePointAt(position)!);
  return fail(
    { text: character, position },
    'unexpected character; put strings in quotes, and unusual names in `backquotes`.',
  );
}

function numberToken(written: string, text: string, position: number): Token {
  const after = match(PLAIN_NAME, text, position + written.length)?.[0];
  if (after !== undefined) {
    fail(
      { text: written + after, position },
      'neither a number nor a name; put it in quotes if it is a string.',
    );
  }
  const number = Number(written);
  const whole = /^[-+]?\d+$/.test(written);
  if (!Number.isFinite(number) || (whole && !Number.isSafeInteger(number))) {
    fail(
      { text: written, position },
      `a number must be finite and at most 2^53 - 1; for recorded text use quotes: '${written}'.`,
    );
  }
  return { kind: 'number', text: written, position, number: number === 0 ? 0 : number };
}

/**
 * A name: parts joined by dots, each plain or in backquotes. A dot also separates inside backquotes, since no
 * key contains one. Places in lists may follow a part: `args[0].path` is `['args', '[0]', 'path']`.
 */
function name(text: string, start: number): Token {
  const path: string[] = [];
  let position = start;
  let quoted = false;
  for (;;) {
    const plain = match(path.length === 0 ? PLAIN_NAME : INNER_NAME, text, position)?.[0];
    const inQuotes = plain === undefined ? match(QUOTED_NAME, text, position) : null;
    if (plain !== undefined) path.push(plain);
    else if (inQuotes) path.push(...inQuotes[1]!.replaceAll('``', '`').split('.'));
    else nameFault(text, start, position);
    quoted ||= inQuotes !== null;
    position += (plain ?? inQuotes![0]).length;
    const places = match(LIST_PLACES, text, position)?.[0] ?? '';
    if (places !== '')
      path.push(
        ...places
          .slice(1, -1)
          .split('][')
          .map((place) => `[${Number(place)}]`),
      );
    position += places.length;
    if (text[position] === '[') placeFault(text, position);
    if (text[position] !== '.') break;
    position += 1;
  }
  const written = text.slice(start, position);
  if (path.some((part) => part === ''))
    fail({ text: written, position: start }, 'a field name has an empty part.');
  return { kind: 'name', text: written, position: start, path, quoted };
}

function placeFault(text: string, position: number): never {
  const written = text.slice(position, position + 12);
  return fail({ text: written, position }, 'write an index from 0 in brackets: args[0].');
}

function nameFault(text: string, start: number, position: number): never {
  const written = text.slice(start, position + 1);
  if (text[position] === '`')
    return fail({ text: written, position }, 'a name in backquotes has no end, or is empty.');
  return fail({ text: written, position: start }, 'a field name cannot end with a dot.');
}

function string(text: string, start: number, quote: string): Token {
  let value = '';
  let position = start + 1;
  for (; position < text.length; position++) {
    const character = text[position]!;
    if (character === quote) {
      if (text[position + 1] !== quote) {
        return { kind: 'string', text: text.slice(start, position + 1), position: start, string: value };
      }
      position += 1;
      value += quote;
    } else if (character === '\\' && position + 1 < text.length) {
      value += escaped(text, position);
      position += 1;
    } else value += character;
  }
  return fail(
    { text: text.slice(start), position: start },
    `a string has no end: add the closing ${quote} (double a quote or a backslash inside).`,
  );
}

/**
 * The meaning of a backslash and the character after it. Unknown ones are refused, because the text may be a
 * path of Windows.
 */
function escaped(text: string, position: number): string {
  const character = String.fromCodePoint(text.codePointAt(position + 1)!);
  const value = ESCAPES.get(character);
  if (value !== undefined) return value;
  const written = `\\${character}`;
  return fail({ text: written, position }, 'double the backslash: write \\\\.');
}
