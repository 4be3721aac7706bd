/**
 * Copies and builds JSON objects so that no key, not even `__proto__`, reaches a prototype. [isolate-safe]
 * @module
 */
import type { Json, JsonObject } from '../model/json';

const PROTOTYPE: object = Object.prototype;

/**
 * Sets an own property with any key. `object.__proto__ = …` would replace the prototype instead, and
 * `object.constructor = …` would throw if prototypes are frozen.
 */
export function setOwn<T>(object: { [key: string]: T }, key: string, value: T): void {
  if (key in PROTOTYPE) {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

/**
 * A deep copy that shares nothing with the original. The argument must be valid JSON (see `checkMetadata`);
 * depth and size are not limited here.
 */
export function copyJson<T extends Json>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => copyJson(item)) as T;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) setOwn(copy, key, copyJson((value as JsonObject)[key]!));
  return copy as T;
}

/**
 * True for objects made by `{…}`, `JSON.parse` or `Object.create(null)`, of this realm or another (such as the
 * workflow sandbox); false for arrays, dates, maps and instances of classes.
 */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || isRootPrototype(prototype as object);
}

function isRootPrototype(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
}
