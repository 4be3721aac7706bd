/**
 * The strings of a value with where they stand, breadth first and bounded. Reads own data properties by descriptor, in plain objects and
 * arrays only: no getter, no proxy, no `toJSON` and no iterator of the lab's values is ever called. Node only.
 * @module
 */
import { types } from 'node:util';
import { pathInto } from '../lineage/json-path';

/** A string of a value. */
export interface FoundString {
  text: string;
  /** As {@link pathInto} makes it, from the root that was given. */
  path: string;
  /** The same, key by key. */
  keys: readonly (string | number)[];
}

/** How much of a value is looked at. */
export interface StringLimits {
  /** Values and containers. */
  values: number;
  /** Levels below the root. */
  depth: number;
}

/** What was found, and whether that is all. */
export interface FoundStrings {
  strings: FoundString[];
  /** Something was left out: a limit, or a value that can't be looked into. */
  partial: boolean;
}

interface Place {
  value: unknown;
  path: string;
  keys: readonly (string | number)[];
}

/** Never throws; what can't be read is left out, and makes the answer `partial`. */
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

/** False where not all parts had room. */
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

/** The value of an own data property; `undefined` of a getter. */
function dataOf(container: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(container, key)?.value;
}

function mayHoldStrings(part: unknown): boolean {
  return typeof part === 'string' || (typeof part === 'object' && part !== null);
}

/** Of any realm: an array, or an object without a class. A proxy is neither: its traps are the lab's code. */
function isPlain(value: object): boolean {
  if (types.isProxy(value)) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return true;
  return !types.isProxy(prototype) && Object.getPrototypeOf(prototype) === null;
}
