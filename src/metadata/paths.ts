/**
 * Paths of metadata fields as rules name them: `operator`, `sample.name`. [isolate-safe]
 * @module
 */
import type { Json, JsonObject } from '../model/json';
import { RESERVED_FIELDS } from './fields';

/** What is wrong with a path, in words; undefined where nothing is. */
export function pathFault(path: unknown): string | undefined {
  const shown = JSON.stringify(path);
  if (typeof path !== 'string' || !path.split('.').every((key) => /^[^/]+$/.test(key)))
    return `must name a metadata field, or a path of them such as sample.name; ${shown} does not`;
  const [top = ''] = path.split('.');
  return RESERVED_FIELDS.includes(top) ? `${shown} is reserved: only the plugin sets ${top}` : undefined;
}

/** The keys of a path that has no fault. */
export function keysOf(path: string): string[] {
  return path.split('.');
}

/** What stands at the end of some keys; undefined where nothing does. */
export function valueAt(fields: JsonObject, keys: readonly string[]): Json | undefined {
  let value: Json = fields;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as JsonObject)[key]!;
  }
  return value;
}
