/**
 * Compares two JSON values place by place. Pure. Node only.
 * @module
 */
import { isDeepStrictEqual } from 'node:util';
import { pathInto } from '../../lineage/json-path';
import { isJsonObject, type Json, type JsonObject } from '../../model/json';
import type { DiffHow, DiffRow, DiffSide } from './answer';

/** The text for a value that only the other side has. */
export const NOT_THERE = 'not there';
/** Deeper values are compared as a whole. */
const DEEPEST = 12;
/** The most keys and elements of one value. A larger one is compared as a whole. */
const MOST_PLACES = 2_000;
/** Longest JSON of a value that is returned whole, in characters. */
const LONGEST_VALUE = 4_000;
const HEAD_CHARACTERS = 400;

/** Data that a value names. */
export interface NamedData {
  /** Hex; absent if the content is not known. */
  sha256?: string;
  /** Why the content is not known. */
  missing?: string;
}

/** The data that each side names, by JSON path (`args[0].path`). */
export interface NamedPlaces {
  a: ReadonlyMap<string, NamedData>;
  b: ReadonlyMap<string, NamedData>;
}

const NO_NAMES: NamedPlaces = { a: new Map(), b: new Map() };

/**
 * The places at which two values are compared, in the order of `a`. A value that is equal in all its places is
 * one row.
 * @param name of the value; the names below it continue it as JSON paths
 * @param a undefined if it is absent
 */
export function compareValues(
  name: string,
  a: Json | undefined,
  b: Json | undefined,
  named: NamedPlaces = NO_NAMES,
): DiffRow[] {
  return new Comparison(named).rows(name, { a, b }, 0);
}

/** A pair of values at one place. */
interface Pair {
  a: Json | undefined;
  b: Json | undefined;
}

class Comparison {
  readonly #named: NamedPlaces;

  constructor(named: NamedPlaces) {
    this.#named = named;
  }

  rows(path: string, pair: Pair, depth: number): DiffRow[] {
    const below = depth < DEEPEST ? placesBelow(path, pair) : undefined;
    if (!below) return [this.#row(path, pair)];
    const rows = below.flatMap(([name, one]) => this.rows(name, one, depth + 1));
    const same = rows.every(({ how, remark }) => how === 'equal' && remark === undefined);
    return same ? [{ name: path, how: 'equal', a: sideOf(pair.a), b: sideOf(pair.b) }] : rows;
  }

  #row(name: string, { a, b }: Pair): DiffRow {
    if (a === undefined || b === undefined)
      return { name, how: a === undefined ? 'only_b' : 'only_a', a: sideOf(a), b: sideOf(b) };
    const data = { a: this.#named.a.get(name), b: this.#named.b.get(name) };
    const row = { name, a: sideOf(a), b: sideOf(b) };
    if (data.a && data.b) return dataRow(row, { a: data.a, b: data.b });
    const judgement = judged(a, b);
    if (judgement.how !== 'equal' || !(data.a || data.b)) return { ...row, ...judgement };
    return { ...row, how: 'unknown', remark: 'the same name; data only on one side' };
  }
}

/** Keys or elements of both; undefined if they have none in common, or are simple values. */
function placesBelow(path: string, { a, b }: Pair): [string, Pair][] | undefined {
  if (Array.isArray(a) && Array.isArray(b)) {
    const length = Math.max(a.length, b.length);
    if (length === 0 || length > MOST_PLACES) return undefined;
    return Array.from({ length }, (_, i) => [pathInto(path, i), { a: a[i], b: b[i] }]);
  }
  if (!isPlain(a) || !isPlain(b)) return undefined;
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  if (keys.length === 0 || keys.length > MOST_PLACES) return undefined;
  return keys.map((key) => [pathInto(path, key), { a: own(a, key), b: own(b, key) }]);
}

/** An object that is neither a mark (`{"$js": …}`) nor a digested value. */
function isPlain(value: Json | undefined): value is JsonObject {
  return isJsonObject(value) && typeof value.$js !== 'string' && !isByContent(value);
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isByContent(value: Json | undefined): value is JsonObject {
  return isJsonObject(value) && typeof value.digest === 'string' && typeof value.size_bytes === 'number';
}

/** Data are compared by content, whatever their names. */
function dataRow(row: Omit<DiffRow, 'how'>, data: { a: NamedData; b: NamedData }): DiffRow {
  const { a, b } = data;
  const sides = { a: withContent(row.a, a), b: withContent(row.b, b) };
  if (a.sha256 !== undefined && b.sha256 !== undefined) {
    const how = a.sha256 === b.sha256 ? 'equal' : 'different';
    const remark = how === 'equal' ? 'names data with the same content' : 'names data with different content';
    return { ...row, ...sides, how, remark };
  }
  const why = [...new Set([a, b].flatMap(({ sha256, missing }) => (sha256 ? [] : [missing ?? 'no digest'])))];
  return {
    ...row,
    ...sides,
    how: 'unknown',
    remark: `names data whose content is unknown (${why.join(', ')})`,
  };
}

function withContent(side: DiffSide, { sha256 }: NamedData): DiffSide {
  return { ...side, ...(sha256 !== undefined && { sha256 }) };
}

/** Compares two simple values. */
function judged(a: Json, b: Json): { how: DiffHow; remark?: string } {
  const [one, two] = [isByContent(a), isByContent(b)];
  if (!one && !two) return { how: isDeepStrictEqual(a, b) ? 'equal' : 'different' };
  if (one !== two)
    return { how: 'unknown', remark: 'recorded in full on one side, only by digest on the other' };
  return byContent(a as JsonObject, b as JsonObject);
}

function byContent(a: JsonObject, b: JsonObject): { how: DiffHow; remark?: string } {
  const same = a.digest === b.digest;
  if (!same) {
    const withheld = [a, b].some(({ digest }) => String(digest).startsWith('hmac-'));
    return {
      how: 'different',
      remark: withheld ? 'withheld: compared by keyed digests' : 'compared by digest',
    };
  }
  if (a.partial === true || b.partial === true)
    return { how: 'unknown', remark: 'too large to compare in full: samples of both are equal' };
  return { how: 'equal' };
}

/** A value in the form of the answer. */
export function sideOf(value: Json | undefined): DiffSide {
  if (value === undefined) return { missing: NOT_THERE };
  const text = JSON.stringify(value);
  if (text.length <= LONGEST_VALUE) return { value };
  const whole = typeof value === 'string' ? value : text;
  return { value: `${whole.slice(0, HEAD_CHARACTERS)}…`, size_bytes: Buffer.byteLength(text) };
}
