/**
 * Checks metadata: plain JSON objects, keys by event-model's rule, no reserved names, typed fields with the
 * correct type. Faults are returned as issues that name the path and never hold the value. Nothing is
 * converted. [isolate-safe]
 * @module
 */
import type { MetadataIssue } from '../model/documents';
import { MAX_SCAN_ID } from '../model/ids';
import type { JsonObject } from '../model/json';
import { FREE_KEYS_IN_ARRAYS, TYPED_FIELDS } from './event-model';
import { MAX_ISSUES } from './issues';
import { isPlainObject } from './json';

/** Fields that only the product sets. */
export const RESERVED_FIELDS: readonly string[] = ['uid', 'time', 'temporal', 'provenance'];

/** The most levels of nesting that metadata may have. The top level is the first. */
export const MAX_METADATA_DEPTH = 64;

/** The most values (leaves and containers) that one source's metadata may hold. */
const MAX_METADATA_VALUES = 100_000;

/** The most characters of keys and strings that one source's metadata may hold together. */
const MAX_METADATA_CHARACTERS = 1_000_000;

/** event-model's rule for keys, at every depth. */
const KEY = /^[^./]+$/;

type Path = (string | number)[];

/**
 * Checks one source's metadata, or the result of merging and normalising. Never throws, for any value. An empty
 * array means that it may be recorded. `-0` is taken as 0, its JSON text.
 */
export function checkMetadata(value: unknown): MetadataIssue[] {
  const check = new Check();
  try {
    check.document(value);
  } catch (error) {
    if (error !== STOP) check.report([], 'could not be read');
  }
  return check.issues;
}

/**
 * Checks what is about to be put into a stash. As {@link checkMetadata}; in addition, `scan_id` is the lab's
 * counter there and must leave room for one more.
 */
export function checkStash(values: unknown): MetadataIssue[] {
  const issues = checkMetadata(values);
  if (issues.length === 0 && (values as JsonObject).scan_id === MAX_SCAN_ID) {
    return [
      { path: ['scan_id'], message: `must be at most ${MAX_SCAN_ID - 1}: the next run uses the next number` },
    ];
  }
  return issues;
}

/** Ends a check early: enough issues, or too much to read. */
const STOP = Symbol('stop');

class Check {
  readonly issues: MetadataIssue[] = [];
  readonly #path: Path = [];
  readonly #ancestors: object[] = [];
  #values = 0;
  #characters = 0;

  report(path: Path, message: string): void {
    if (this.issues.length === MAX_ISSUES) {
      this.issues.push({ path: [], message: `has more than ${MAX_ISSUES} issues; the rest are not listed` });
      throw STOP;
    }
    this.issues.push({ path: [...path], message });
  }

  document(value: unknown): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !isPlainObject(value)) {
      this.report([], `must be a plain object, not ${kindOf(value)}`);
      return;
    }
    this.#ancestors.push(value);
    this.#symbols(value);
    for (const key of Object.keys(value)) {
      const before = this.issues.length;
      this.#path.push(key);
      this.#field(key, value);
      this.#path.pop();
      if (this.issues.length > before) continue;
      TYPED_FIELDS.get(key)?.((value as JsonObject)[key]!, (path, message) => this.report(path, message), [
        key,
      ]);
    }
  }

  #field(key: string, document: object): void {
    if (RESERVED_FIELDS.includes(key)) {
      this.report(this.#path, 'is reserved: only the plugin sets it');
      return;
    }
    this.#key(key, false);
    const value = this.#read(document, key);
    if (value === null) this.report(this.#path, 'must not be null at the top level: leave the field out');
    else if (value !== UNREADABLE) this.#value(value, FREE_KEYS_IN_ARRAYS.has(key), false);
  }

  #value(value: unknown, freeInArrays: boolean, freeKeys: boolean): void {
    if (++this.#values > MAX_METADATA_VALUES) this.#tooLarge(`${MAX_METADATA_VALUES} values`);
    if (typeof value === 'string') this.#count(value.length);
    else if (typeof value === 'number') {
      if (!Number.isFinite(value)) this.report(this.#path, 'must be a finite number');
    } else if (typeof value === 'object' && value !== null) this.#container(value, freeInArrays, freeKeys);
    else if (value !== null && typeof value !== 'boolean') {
      this.report(this.#path, `must be JSON, not ${kindOf(value)}`);
    }
  }

  #container(value: object, freeInArrays: boolean, freeKeys: boolean): void {
    if (this.#ancestors.includes(value)) this.report(this.#path, 'refers to itself');
    else if (this.#ancestors.length < MAX_METADATA_DEPTH) this.#children(value, freeInArrays, freeKeys);
    else this.report(this.#path, `is nested deeper than ${MAX_METADATA_DEPTH} levels`);
  }

  #children(value: object, freeInArrays: boolean, freeKeys: boolean): void {
    this.#ancestors.push(value);
    const depth = this.#path.length;
    try {
      if (Array.isArray(value)) this.#elements(value, freeInArrays);
      else if (isPlainObject(value)) this.#entries(value, freeInArrays, freeKeys);
      else this.report(this.#path, `must be JSON, not ${kindOf(value)}`);
    } catch (error) {
      if (error === STOP) throw error;
      this.#path.length = depth;
      this.report(this.#path, 'could not be read');
    }
    this.#ancestors.pop();
  }

  #elements(array: unknown[], freeInArrays: boolean): void {
    for (let index = 0; index < array.length; index++) {
      this.#path.push(index);
      const value = this.#read(array, index);
      if (value !== UNREADABLE) this.#value(value, freeInArrays, freeInArrays);
      this.#path.pop();
    }
  }

  #entries(object: object, freeInArrays: boolean, freeKeys: boolean): void {
    this.#symbols(object);
    for (const key of Object.keys(object)) {
      this.#path.push(key);
      this.#key(key, freeKeys);
      const value = this.#read(object, key);
      if (value !== UNREADABLE) this.#value(value, freeInArrays, freeKeys);
      this.#path.pop();
    }
  }

  #read(container: object, key: string | number): unknown {
    try {
      return (container as Record<string | number, unknown>)[key];
    } catch {
      this.report(this.#path, 'could not be read');
      return UNREADABLE;
    }
  }

  #key(key: string, free: boolean): void {
    this.#count(key.length);
    if (!free && !KEY.test(key)) {
      this.report(this.#path, key === '' ? 'must have a name' : 'must not have "." or "/" in its name');
    }
  }

  #symbols(object: object): void {
    if (Object.getOwnPropertySymbols(object).length > 0)
      this.report(this.#path, 'must not have symbols as keys');
  }

  #count(characters: number): void {
    this.#characters += characters;
    if (this.#characters > MAX_METADATA_CHARACTERS) this.#tooLarge(`${MAX_METADATA_CHARACTERS} characters`);
  }

  #tooLarge(limit: string): never {
    this.report([], `holds more than ${limit}: store the data elsewhere and set its address`);
    throw STOP;
  }
}

const UNREADABLE = Symbol('unreadable');

/** The type of a value in words, never its content. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return `a ${classNameOf(value)}`;
  return value === undefined ? 'undefined' : `a ${typeof value}`;
}

function classNameOf(value: object): string {
  const name: unknown = (Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null)
    ?.constructor?.name;
  return typeof name === 'string' && /^[\w$]{1,64}$/.test(name) ? name : 'class instance';
}
