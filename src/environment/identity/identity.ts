/**
 * Builds an environment from facts: the two identities, the details, and how far it can be restored. Node.
 * @module
 */
import type { Environment } from '../../model/environment';
import type { Json, JsonObject } from '../../model/json';
import { digestOf } from './canonical';
import { ENVIRONMENT_SCHEMA, FIELDS, type Field } from './fields';
import { type Facts, restorability } from './restorability';

/** Builds the environment; pure. The identity names every one of its fields, `null` if there is no value. */
export function buildEnvironment(found: Facts, captured_time: number, duration_ms: number): Environment {
  const identity: JsonObject = { schema: ENVIRONMENT_SCHEMA };
  const code: JsonObject = { schema: ENVIRONMENT_SCHEMA };
  const detail: JsonObject = {};
  for (const field of Object.keys(FIELDS) as Field[]) {
    const value = found.facts.get(field);
    if (FIELDS[field] === 'detail') {
      if (value !== undefined) put(detail, field, value);
      continue;
    }
    put(identity, field, value ?? null);
    if (FIELDS[field] === 'code') put(code, field, value ?? null);
  }
  return {
    id: digestOf(identity),
    code_id: digestOf(code),
    identity,
    detail,
    reasons: Object.fromEntries([...found.reasons].sort(([a], [b]) => (a < b ? -1 : 1))),
    restorable: restorability(found),
    captured_time,
    duration_ms,
  };
}

/**
 * Puts a value at a field's place: `git.commit` is `commit` in `git`, `packages.npm.set` is two levels down.
 */
function put(object: JsonObject, field: Field, value: Json): void {
  const keys = field.split('.');
  const last = keys.pop() as string;
  let place = object;
  for (const key of keys) {
    place[key] ??= {};
    place = place[key] as JsonObject;
  }
  place[last] = value;
}
