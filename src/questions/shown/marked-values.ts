/**
 * Recorded values for people: what JSON cannot express (`{"$js": …}`) as JavaScript would write it, everything
 * else as JSON. Node only.
 * @module
 */
import { isJsonObject, type Json, type JsonObject } from '../../model/json';
import { jsonLine, safe } from './safe-text';

/** Text of a value. A string on its own is unchanged. */
export function shownValue(value: Json): string {
  if (typeof value === 'string') return safe(value);
  return isMarked(value) ? shown(value) : jsonLine(value);
}

/** True if any part of the value is a mark. */
function isMarked(value: Json): boolean {
  if (Array.isArray(value)) return value.some(isMarked);
  if (!isJsonObject(value)) return false;
  return typeof value.$js === 'string' || Object.values(value).some(isMarked);
}

function shown(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(',')}]`;
  if (!isJsonObject(value)) return jsonLine(value);
  if (typeof value.$js === 'string') return markText(value.$js, value);
  return entriesText(value);
}

function entriesText(object: JsonObject): string {
  return `{${Object.entries(object)
    .map(([key, item]) => `${jsonLine(key)}:${shown(item)}`)
    .join(',')}}`;
}

/** Marks whose value is a sufficient text. */
const BARE = new Set(['number', 'Date', 'RegExp']);

function markText(type: string, mark: JsonObject): string {
  const { value, message } = mark;
  if (typeof message === 'string') return errorText(type, message, value);
  if (BARE.has(type) && typeof value === 'string') return safe(value);
  switch (type) {
    case 'undefined':
      return 'undefined';
    case 'bigint':
      return typeof value === 'string' ? `${safe(value)}n` : 'a bigint of many digits';
    case 'symbol':
      return `Symbol(${safe(String(value))})`;
    case 'function':
      return `function ${safe(String(value))}`.trimEnd();
    case 'Map':
      return `Map{${pairsText(value)}}`;
    case 'Set':
      return `Set{${Array.isArray(value) ? value.map(shown).join(',') : ''}}`;
    default:
      return value === undefined ? restText(type, mark) : `${safe(type)} ${shown(value)}`;
  }
}

/** For example `Error: beam lost {"code":"E_BEAM"}`. */
function errorText(type: string, message: string, properties: Json | undefined): string {
  const more = isJsonObject(properties) && Object.keys(properties).length > 0 ? ` ${shown(properties)}` : '';
  return `${safe(type)}: ${safe(message)}${more}`;
}

function pairsText(value: Json | undefined): string {
  if (!Array.isArray(value)) return '';
  return value
    .map((pair) =>
      Array.isArray(pair) ? `${shown(pair[0] ?? null)} => ${shown(pair[1] ?? null)}` : shown(pair),
    )
    .join(',');
}

/** Parts that were not copied: `[circular]`, `[unread: string, length 9]`. */
function restText(type: string, { $js: _, ...rest }: JsonObject): string {
  const facts = Object.entries(rest).map(([name, fact]) =>
    name === 'type' ? String(fact) : `${name} ${String(fact)}`,
  );
  return `[${safe([type, facts.join(', ')].filter(Boolean).join(': '))}]`;
}
