/**
 * JSON values as they are recorded. [isolate-safe]
 * @module
 */

/** The type of a metadata field, a recorded argument or a result. Numbers are finite. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** A plain object whose values are JSON. */
export interface JsonObject {
  [key: string]: Json;
}

/**
 * `T` if all its members are JSON. A member that is not (a function, a date, a bigint) becomes `never`, so that
 * the compiler names it. Unlike {@link JsonObject} it accepts an `interface`, which has no index signature. A
 * property may be optional.
 */
export type AsJson<T> = [T] extends [Json]
  ? T
  : T extends string | number | boolean | null
    ? T
    : T extends bigint | symbol | undefined | NotJson
      ? never
      : { [Key in keyof T]: AsJson<T[Key]> | LeftOut<T, Key> };

/** Objects that are not plain. */
type NotJson = ((...args: never[]) => unknown) | Date | RegExp | Map<never, never> | Set<never> | Uint8Array;

/** The additional type of an optional property. */
type LeftOut<T, Key extends keyof T> = { [Name in Key]?: T[Key] } extends Pick<T, Key> ? undefined : never;

/** True for a plain object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
