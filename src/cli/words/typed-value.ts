/**
 * Parses a typed value: JSON if it is valid JSON, text if it is clearly text. A broken literal, or a literal of another
 * language (`{bad`, `(5, 3)`, `True`, `None`), is refused with the correct form. Node only.
 * @module
 */
import { isExact, largeIntegers } from '../../metadata/json-text';
import type { Json } from '../../model/json';
import { UsageError } from '../io';
import { readForeignLiteral } from './foreign-literal';

/** The maximum length of typed text in a message, in characters. */
const SHOWN_LENGTH = 60;

/**
 * Returns the value as it is recorded.
 * @param key the key of the value, for the message
 * @throws UsageError with the correct form
 */
export function typedValue(key: string, text: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return plainText(key, text);
  }
  const [large] = largeIntegers(text, isExact);
  if (large) throw largeNumber(key, text, large);
  return value;
}

function largeNumber(
  key: string,
  text: string,
  { path, written }: { path: (string | number)[]; written: string },
): UsageError {
  const name = [key, ...path].join('.');
  const quoted = text.replaceAll(new RegExp(`(?<![\\d."])${written}(?![\\d."])`, 'g'), `"${written}"`);
  return new UsageError(
    `${name}: ${shortened(written)} is above 2^53 - 1, the largest exact whole number. Write it as text: ${typed(key, quoted)}`,
  );
}

/** True for words and forms that are not JSON. As text they would not be the intended value. */
function plainText(key: string, text: string): string {
  const trimmed = text.trim();
  if (!looksLikeLiteral(trimmed)) return text;
  const asText = `as text: ${typed(key, JSON.stringify(text))}`;
  const meant = readForeignLiteral(trimmed);
  if (meant === undefined)
    throw new UsageError(`${key}: ${shortened(trimmed)} is not JSON. To keep it ${asText}`);
  if (meant === null) {
    throw new UsageError(
      `${key}: ${shortened(trimmed)} is not a JSON value. To remove ${key}: stash unset ${word(key)}. To keep it ${asText}`,
    );
  }
  throw new UsageError(
    `${key}: ${shortened(trimmed)} is not JSON. Write ${typed(key, JSON.stringify(meant))}, or to keep it ${asText}`,
  );
}

/** Words of other languages and programs that JSON writes differently, or does not have. */
const FOREIGN_WORD = /^(?:True|False|None|TRUE|FALSE|NULL|Null|undefined|nil|[-+]?(?:NaN|nan|Infinity|inf))$/;
/** Numbers that are not JSON: `.5`, `5.`, `1_000`, `0x1F`. A leading zero is allowed, since proposal numbers have them. */
const FOREIGN_NUMBER = /^[-+]?(?:\d+\.|\.\d+|\d+(?:_\d+)+(?:\.\d+)?|0[xX][\da-fA-F]+)(?:[eE][-+]?\d+)?$/;
/** A tuple, complete or cut off; `(NH4)2SO4` and `(R)-limonene` are names. */
const TUPLE = /^\([^()]*,[^()]*\)$|^\([^)]*$/;
const QUOTED = /^(?:[bru]?'.*'|[bru]".*"|".*)$/s;

function looksLikeLiteral(text: string): boolean {
  if (/^[{[]/.test(text)) return true;
  if (text.startsWith('(') && Array.isArray(readForeignLiteral(text))) return true;
  return [FOREIGN_WORD, FOREIGN_NUMBER, TUPLE, QUOTED].some((form) => form.test(text));
}

/** Returns the shell command that sets `json`. */
function typed(key: string, json: string): string {
  return `stash set ${word(key)} ${word(shortened(json, 400), true)}`;
}

function word(text: string, quoted = !/^[\w@%+:,./-]+$/.test(text)): string {
  return quoted ? `'${text.replaceAll("'", "'\\''")}'` : text;
}

function shortened(text: string, length = SHOWN_LENGTH): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
