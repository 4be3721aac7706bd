/**
 * Paths of metadata fields in rules: `operator`, `sample.name`. [isolate-safe]
 * @module
 */
import type { Json, JsonObject } from '../model/json';
import { RESERVED_FIELDS } from './fields';

/** The fault of a path, in words; undefined if there is none. */
export function pathFault(path: unknown): string | undefined {
  const shown = JSON.stringify(path);
  if (typeof path !== 'string' || !path.split('.').every((key) => /^[^/]+$/.test(key)))
    return `must name a metadata field, or a path of them such as sample.name; ${shown} does not`;
  const [top = ''] = path.split('.');
  return RESERVED_FIELDS.includes(top) ? `${shown} is reserved: only the plugin sets ${top}` : undefined;
}

/** The keys of a valid path. */
export function keysOf(path: string): string[] {
  return path.split('.');
}

/** The value at a path of keys; undefined if it is missing. */
export function valueAt(fields: JsonObject, keys: readonly string[]): Json | undefined {
  let value: Json = fields;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as JsonObject)[key]!;
  }
  return value;
}
