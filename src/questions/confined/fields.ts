/**
 * Metadata fields of one lab's runs. A store counts those of all labs together, so they are read from the lab's
 * last runs. Node only.
 * @module
 */
import type { Literal } from '../../filter/fields';
import type { RunRecord } from '../../model/documents';
import type { Json, JsonObject } from '../../model/json';
import { isJsonObject } from '../../model/json';
import type { FieldType, FieldUse } from '../../store/read/counting/field-use';

/** The most runs that are read. */
export const RUNS_LOOKED_AT = 500;

const OURS = ['uid', 'time', 'temporal', 'provenance', 'scan_id'];

/**
 * Metadata fields of the given runs, by path. With `below`: only this field and those below it, and their
 * values.
 */
export function fieldsIn(runs: readonly RunRecord[], below?: string): FieldUse[] {
  const values = new Map<string, Json[]>();
  for (const { start } of runs)
    for (const [path, value] of pathsOf(start as unknown as JsonObject, [])) {
      const known = values.get(path);
      if (known) known.push(value);
      else values.set(path, [value]);
    }
  return [...values]
    .filter(([path]) => below === undefined || path === below || path.startsWith(`${below}.`))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, held]) => ({
      path,
      runs: held.length,
      types: counted(held.map(typeOf)).map(([type, runs]) => ({ type, runs })),
      ...(path === below && {
        values: counted(held.flatMap(literals)).map(([value, runs]) => ({ value, runs })),
      }),
    }));
}

function* pathsOf(value: JsonObject, path: readonly string[]): Generator<[string, Json]> {
  for (const [key, inner] of Object.entries(value)) {
    if (path.length === 0 && OURS.includes(key)) continue;
    yield [[...path, key].join('.'), inner];
    if (isJsonObject(inner)) yield* pathsOf(inner as JsonObject, [...path, key]);
  }
}

/** Values with their counts, the most frequent first. */
function counted<Value>(values: readonly Value[]): [Value, number][] {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}

function literals(value: Json): Literal[] {
  if (Array.isArray(value)) return value.flatMap(literals);
  return typeof value === 'object' || value === undefined ? [] : [value];
}

function typeOf(value: Json): FieldType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  return type === 'string' ? 'text' : (type as 'number' | 'boolean' | 'object');
}
