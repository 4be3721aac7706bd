/**
 * Translates literals of Python and JavaScript to the intended JSON: `(5, 3)`, `{'a': None}`, `{a: 1,}`, `True`. The result is
 * used only in messages and is never recorded. Node only.
 * @module
 */

import { setOwn } from '../../metadata/json';
import type { Json, JsonObject } from '../../model/json';

/** The maximum nesting depth. */
const MAX_DEPTH = 32;

const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['True', true],
  ['TRUE', true],
  ['true', true],
  ['False', false],
  ['FALSE', false],
  ['false', false],
  ['None', null],
  ['NULL', null],
  ['Null', null],
  ['null', null],
  ['nil', null],
  ['undefined', null],
]);

/** Returns the intended value; `undefined` if it is not clear. */
export function readForeignLiteral(text: string): Json | undefined {
  try {
    const reader = new Reader(text);
    const value = reader.value(0);
    return reader.ended ? value : undefined;
  } catch (error) {
    if (error === NO_LITERAL) return undefined;
    throw error;
  }
}

const NO_LITERAL = Symbol('no literal');

const SPACE = /\s*/y;
const NAME = /[A-Za-z_$][\w$]*/y;
const NUMBER = /[-+]?(?:0[xX][\da-fA-F]+|(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/y;
const STRING = /[bru]?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/y;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get ended(): boolean {
    this.#match(SPACE);
    return this.#at === this.#text.length;
  }

  value(depth: number): Json {
    if (depth > MAX_DEPTH) throw NO_LITERAL;
    if (this.#symbol('{')) return this.#object(depth);
    if (this.#symbol('[')) return this.#list(']', depth).items;
    if (this.#symbol('(')) return this.#tuple(depth);
    return this.#string() ?? this.#number() ?? this.#word();
  }

  /** Reads a bracket. One value in brackets is that value, since a tuple of one has a comma. */
  #tuple(depth: number): Json {
    const { items, commas } = this.#list(')', depth);
    return items.length === 1 && commas === 0 ? items[0]! : items;
  }

  #list(end: ']' | ')', depth: number): { items: Json[]; commas: number } {
    const items: Json[] = [];
    let commas = 0;
    while (!this.#symbol(end)) {
      items.push(this.value(depth + 1));
      if (this.#symbol(',')) commas += 1;
      else if (this.#symbol(end)) break;
      else throw NO_LITERAL;
    }
    return { items, commas };
  }

  #object(depth: number): JsonObject {
    const object: JsonObject = {};
    while (!this.#symbol('}')) {
      const key = this.#string() ?? this.#match(NAME)?.[0];
      if (key === undefined || !this.#symbol(':')) throw NO_LITERAL;
      setOwn(object, key, this.value(depth + 1));
      if (this.#symbol(',')) continue;
      if (!this.#symbol('}')) throw NO_LITERAL;
      break;
    }
    return object;
  }

  #string(): string | undefined {
    const found = this.#match(STRING);
    if (!found) return undefined;
    const inner = found[1] ?? found[2]!;
    return inner.replace(/\\(['"\\])/g, '$1');
  }

  #number(): number | undefined {
    const found = this.#match(NUMBER)?.[0].replaceAll('_', '');
    if (found === undefined) return undefined;
    const number = Number(found);
    const whole = /^[-+]?\d+$/.test(found);
    if (!Number.isFinite(number) || (whole && !Number.isSafeInteger(number))) throw NO_LITERAL;
    return number;
  }

  #word(): Json {
    const value = WORDS.get(this.#match(NAME)?.[0] ?? '');
    if (value === undefined) throw NO_LITERAL;
    return value;
  }

  #symbol(symbol: string): boolean {
    this.#match(SPACE);
    if (!this.#text.startsWith(symbol, this.#at)) return false;
    this.#at += symbol.length;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    if (pattern !== SPACE) this.#match(SPACE);
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found) this.#at += found[0].length;
    return found;
  }
}
