/**
 * Walks through a value, breadth first and bounded. It reads own data properties by descriptor, in plain
 * objects and arrays only: it calls no getter, `toJSON` or iterator of the user. The sandbox cannot recognise a
 * proxy. So a proxy's descriptor traps are called, as the payload converter calls them later. A proxy that
 * throws is left out. [isolate-safe]
 * @module
 */
import { pathInto } from '../../../src/lineage/json-path';

// In the sandbox each access to a global calls out of the engine. A local copy avoids this cost.
const { getOwnPropertyDescriptor, getPrototypeOf, keys } = Object;
const PLAIN: unknown = Object.prototype;
const { isArray } = Array;
const { isView } = ArrayBuffer;

/** The place of a part in a value. */
export interface Place<Of = unknown> {
  /** Absent at the root. */
  readonly parent: Place<Of> | undefined;
  readonly key: string | number;
  /** Levels below the root. */
  readonly depth: number;
  /** What the value belongs to. */
  readonly of: Of;
}

/** The limits of a walk. */
export interface WalkLimits {
  /** The most objects that are visited. */
  most_objects: number;
  /** The most objects whose parts are visited. */
  most_opened_objects: number;
  /** The most names and indices that are read. */
  most_read_values: number;
  /** The most levels below the root whose objects are visited. */
  depth: number;
}

/** Receives what a walk visits. */
export interface WalkVisitor<P extends Place> {
  /** Returns the place of an object. If `undefined`, its parts are not visited. */
  meet(value: object, parent: P, key: string | number): P | undefined;
  string(text: string, parent: P, key: string | number): void;
}

/** An array that begins with this many numbers is assumed to hold only numbers. */
const NUMBERS_FIRST = 1_000;

/** The path of a place, beginning with the name of its root. */
export function pathOf(place: Place, root: string): string {
  return place.parent ? pathInto(pathOf(place.parent, root), place.key) : root;
}

/** Visits the parts of an object at `place`. Returns false if something was left out. Never throws. */
export function walk<P extends Place>(
  value: object,
  place: P,
  limits: WalkLimits,
  visitor: WalkVisitor<P>,
): boolean {
  const objects = [value];
  const places = [place];
  const state = new WalkState(limits, visitor, objects, places);
  for (let next = 0; next < objects.length; next += 1) {
    try {
      state.open(objects[next]!, places[next]!);
    } catch {
      state.whole = false;
    }
  }
  return state.whole;
}

class WalkState<P extends Place> {
  whole = true;
  readonly #limits: WalkLimits;
  readonly #visitor: WalkVisitor<P>;
  readonly #objects: object[];
  readonly #places: P[];
  #seen = 0;
  #read = 0;

  constructor(limits: WalkLimits, visitor: WalkVisitor<P>, objects: object[], places: P[]) {
    this.#limits = limits;
    this.#visitor = visitor;
    this.#objects = objects;
    this.#places = places;
  }

  open(value: object, place: P): void {
    if (isArray(value)) this.#array(value, place);
    else if (isPlain(value)) this.#object(value, place);
    else if (!isView(value)) this.whole = false;
  }

  #array(value: readonly unknown[], place: P): void {
    const length = dataOf(value, 'length') as number;
    let onlyNumbers = true;
    for (let index = 0; index < length; index += 1) {
      if (onlyNumbers && index === NUMBERS_FIRST) return;
      if (!this.#mayRead()) return;
      const part = this.#part(value, index, place);
      onlyNumbers &&=
        part === undefined || part === null || typeof part === 'number' || typeof part === 'boolean';
    }
  }

  #object(value: object, place: P): void {
    if (typeof dataOf(value, 'toJSON') === 'function') {
      this.whole = false;
      return;
    }
    for (const name of keys(value)) {
      if (!this.#mayRead()) return;
      this.#part(value, name, place);
    }
  }

  #part(value: object, key: string | number, place: P): unknown {
    const descriptor = getOwnPropertyDescriptor(value, key);
    const part: unknown = descriptor?.value;
    if (typeof part === 'string') this.#visitor.string(part, place, key);
    else if (typeof part === 'object' && part !== null) this.#meet(part, place, key);
    else if (descriptor?.get) this.whole = false;
    return part;
  }

  #meet(part: object, place: P, key: string | number): void {
    const { most_objects, most_opened_objects, depth } = this.#limits;
    if (place.depth >= depth || this.#seen >= most_objects) {
      this.whole = false;
      return;
    }
    this.#seen += 1;
    const at = this.#visitor.meet(part, place, key);
    if (!at) return;
    if (this.#objects.length >= most_opened_objects) this.whole = false;
    else {
      this.#objects.push(part);
      this.#places.push(at);
    }
  }

  #mayRead(): boolean {
    this.#read += 1;
    if (this.#read > this.#limits.most_read_values) this.whole = false;
    return this.#read <= this.#limits.most_read_values;
  }
}

/** The value of an own data property; `undefined` for a getter. */
export function dataOf(value: object, key: string | number): unknown {
  return getOwnPropertyDescriptor(value, key)?.value;
}

/** An object of this realm without a class. */
function isPlain(value: object): boolean {
  const prototype: unknown = getPrototypeOf(value);
  return prototype === PLAIN || prototype === null;
}
