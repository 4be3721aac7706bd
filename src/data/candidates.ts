/**
 * Finds strings among arguments, results and heartbeat details that may name data: paths and URIs. The search
 * reads own data properties by their descriptors, breadth first and bounded, and runs no code of the value: no
 * getter, no trap, no `toJSON`. Node only.
 * @module
 */
import { types } from 'node:util';
import { pathInto } from '../lineage/json-path';
import { DATA } from '../model/data-limits';

/** A string that may name data. */
export interface Candidate {
  readonly text: string;
  /** Name of the property that holds it; '' in an array. */
  readonly key: string;
  /** The place where it was found. */
  readonly place: Place;
}

/** The place of a value in what was searched. Its path is built only on request. */
export interface Place {
  readonly above: Place | undefined;
  /** Name of a property, index in an array, or the root's own name. */
  readonly step: string | number;
}

/** Longest string that can be a name: a path has at most 4,096 bytes, a signed URI a few KiB more. */
const NAME_CHARACTERS = DATA.name_characters;
/** The end of a file's name. An extension begins with a letter, so that numbers and times have none. */
const EXTENSION = /[^\s./\\]\.(?:[a-z]\w{0,15}|7z)$/i;
const SCHEME = /^[a-z][a-z0-9+.-]{1,31}:\S/i;

/**
 * True if a string has a separator, a scheme or an extension. `test` never names a folder, even if the working
 * directory contains one.
 */
export function mayName(text: string): boolean {
  const { length } = text;
  if (length < 2 || length > NAME_CHARACTERS) return false;
  if (text.includes('\n') || text.includes('\0')) return false;
  if (text.includes('/') || text.includes('\\')) return length > 2 || /[^/\\.]/.test(text);
  return EXTENSION.test(text) || SCHEME.test(text);
}

/** The path of a place, such as `args[0].files[3]`. It is cut if it is longer than a path may be. */
export function pathOf(place: Place): string {
  const steps: (string | number)[] = [];
  let at = place;
  for (; at.above; at = at.above) steps.push(at.step);
  const path = steps.reduceRight<string>(pathInto, String(at.step));
  return path.length <= DATA.path_characters ? path : `${path.slice(0, DATA.path_characters)}…`;
}

/** One search, over any number of values. */
export class CandidateSearch {
  readonly found: Candidate[] = [];
  /** True if parts of a value were not searched, or strings were left out, because there was too much. */
  cut = false;
  readonly #seen = new Set<object>();
  #objects = 0;
  #values = 0;

  /** Searches values under a name: `args` for a list of arguments. */
  searchAll(values: readonly unknown[], root: string): void {
    const above = { above: undefined, step: root };
    for (let index = 0; index < values.length; index++) this.#from(values[index], '', { above, step: index });
  }

  /** Searches one value under a name: `result`. */
  search(value: unknown, root: string): void {
    this.#from(value, '', { above: undefined, step: root });
  }

  #from(value: unknown, key: string, place: Place): void {
    if (typeof value === 'string') this.#string(value, key, place);
    else if (typeof value === 'object' && value !== null) this.#walk(value, place);
  }

  #walk(value: object, place: Place): void {
    let level: [object, Place][] = [];
    this.#enter(value, place, level);
    for (let depth = 0; level.length > 0; depth++) {
      if (depth >= DATA.depth) {
        this.cut = true;
        return;
      }
      const below: [object, Place][] = [];
      for (const [object, at] of level) this.#members(object, at, below);
      level = below;
    }
  }

  #members(object: object, place: Place, below: [object, Place][]): void {
    const keys = Array.isArray(object) ? undefined : Object.keys(object);
    const count = keys?.length ?? (object as unknown[]).length;
    for (let index = 0; index < count; index++) {
      if (++this.#values > DATA.read_values) {
        this.cut = true;
        return;
      }
      const step = keys ? keys[index]! : index;
      const value: unknown = Object.getOwnPropertyDescriptor(object, step)?.value;
      if (typeof value === 'string') {
        if (mayName(value)) this.#string(value, keys ? keys[index]! : '', { above: place, step });
      } else if (typeof value === 'object' && value !== null)
        this.#enter(value, { above: place, step }, below);
    }
  }

  #enter(value: object, place: Place, into: [object, Place][]): void {
    if (this.#seen.has(value) || !isSearched(value)) return;
    if (++this.#objects > DATA.read_objects) {
      this.cut = true;
      return;
    }
    this.#seen.add(value);
    into.push([value, place]);
  }

  #string(text: string, key: string, place: Place): void {
    if (!mayName(text)) return;
    if (this.found.length >= DATA.candidates) this.cut = true;
    else this.found.push({ text, key, place });
  }
}

/**
 * True for an array or object of which JSON writes the own properties. It is no bytes, no proxy, and has no
 * `toJSON`.
 */
function isSearched(value: object): boolean {
  if (types.isProxy(value) || ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return !Object.hasOwn(value, 'toJSON');
  return !types.isProxy(prototype) && !('toJSON' in value);
}
