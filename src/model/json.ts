/**
 * JSON values as they are recorded. [isolate-safe]
 * @module
 */

/** What a metadata field, a recorded argument or a result may be. Numbers are finite. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** A plain object whose values are JSON. */
export interface JsonObject {
  [key: string]: Json;
}

/** True for a plain object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
