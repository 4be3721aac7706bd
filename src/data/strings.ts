/**
 * Finds the strings of a value with their places, breadth first and bounded. It reads own data properties by
 * descriptor, in plain objects and arrays only. It never calls a getter, proxy, `toJSON` or iterator of the
 * lab's values. Node only.
 * @module
 */
import { types } from 'node:util';
import { pathInto } from '../lineage/json-path';

/** A string of a value. */
export interface FoundString {
  text: string;
  /** In the form of {@link pathInto}, from the given root. */
  path: string;
  /** The path as a list of keys. */
  keys: readonly (string | number)[];
}

/** The limits of a search. */
export interface StringLimits {
  /** Values and containers. */
  values: number;
  /** Levels below the root. */
  depth: number;
}

/** What was found, and whether it is complete. */
export interface FoundStrings {
  strings: FoundString[];
  /** True if something was left out, because a limit was reached or a value cannot be examined. */
  partial: boolean;
}

interface Place {
  value: unknown;
  path: string;
  keys: readonly (string | number)[];
}

/** Never throws. What cannot be read is left out, and makes the answer `partial`. */
export function stringsOf(value: unknown, root: string, limits: StringLimits): FoundStrings {
  const found: FoundStrings = { strings: [], partial: false };
  const places: Place[] = [{ value, path: root, keys: [] }];
  const seen = new Set<object>();
  for (let next = 0; next < places.length; next += 1) {
    const place = places[next]!;
    if (typeof place.value === 'string') {
      found.strings.push({ text: place.value, path: place.path, keys: place.keys });
    } else if (typeof place.value === 'object' && place.value !== null && !seen.has(place.value)) {
      seen.add(place.value);
      if (ArrayBuffer.isView(place.value)) continue;
      const looked =
        isPlain(place.value) && place.keys.length < limits.depth && addParts(place, places, limits);
      if (!looked) found.partial = true;
    }
  }
  return found;
}

/** Returns false if the limit left out some parts. */
function addParts({ value, path, keys }: Place, places: Place[], { values }: StringLimits): boolean {
  const container = value as object;
  if (Array.isArray(container)) {
    const room = Math.min(container.length, values - places.length);
    for (let index = 0; index < room; index += 1) {
      const part = dataOf(container, String(index));
      if (mayHoldStrings(part))
        places.push({ value: part, path: pathInto(path, index), keys: [...keys, index] });
    }
    return room === container.length;
  }
  for (const name of Object.keys(container)) {
    if (places.length >= values) return false;
    const part = dataOf(container, name);
    if (mayHoldStrings(part)) places.push({ value: part, path: pathInto(path, name), keys: [...keys, name] });
  }
  return true;
}

/** The value of an own data property; `undefined` for a getter. */
function dataOf(container: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(container, key)?.value;
}

function mayHoldStrings(part: unknown): boolean {
  return typeof part === 'string' || (typeof part === 'object' && part !== null);
}

/**
 * An array, or an object without a class, of any realm. A proxy is neither, since its traps are the lab's code.
 */
function isPlain(value: object): boolean {
  if (types.isProxy(value)) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return true;
  return !types.isProxy(prototype) && Object.getPrototypeOf(prototype) === null;
}
