/**
 * Copies any value into JSON in one pass. What JSON cannot express is marked `{"$js": …}`, not dropped or
 * converted. Reading stops when a value is too large. The copy shares nothing with the original, so later
 * changes of the original change no record. Node.
 * @module
 */
import { types } from 'node:util';
import { isPlainObject, setOwn } from '../metadata/json';
import type { Json, JsonObject } from '../model/json';
import type { Redactor } from '../redaction/redactor';
import { digestBytes, digestPart, digestSample, digestString, SAMPLE_SIZE, sampleOf } from './digest';
import type { ValueLimits } from './limits';
import { classNameOf, nameOfFunction } from './names';
import { type AmountMark, LABORIOUS_WEIGHT, NAME_WEIGHT, ReadAmount, UNREADABLE_WEIGHT } from './read-amount';

/** A mark for what is not JSON: its type, and further facts. */
export function mark(type: string, more?: JsonObject): JsonObject {
  return more === undefined ? { $js: type } : { $js: type, ...more };
}

/** The size from which a bigint's digits are not written: that takes longer than linear time. */
const LARGE_BIGINT = 2n ** 4096n;

/** Makes bounded JSON of a value. The limits apply to all that one copier has read. */
export class ValueCopier {
  readonly #amount: ReadAmount;
  readonly #ancestors: object[] = [];
  readonly #limits: Readonly<ValueLimits>;
  readonly #redactor: Redactor | undefined;

  constructor(limits: Readonly<ValueLimits>, redactor: Redactor | undefined) {
    this.#amount = new ReadAmount(limits, redactor);
    this.#limits = limits;
    this.#redactor = redactor;
  }

  /** The largest possible size of the JSON text of what was read, in bytes. */
  get largestSize(): number {
    return this.#amount.largestSize;
  }

  copy(value: unknown): Json {
    this.#amount.addValues(1);
    switch (typeof value) {
      case 'string':
        return this.#string(value);
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : mark('number', { value: numberName(value) });
      case 'boolean':
        return value;
      case 'object':
        return value === null ? null : this.#object(value);
      case 'bigint':
        return mark('bigint', {
          value: value > LARGE_BIGINT || value < -LARGE_BIGINT ? null : String(value),
        });
      case 'undefined':
        return mark('undefined');
      case 'symbol':
        return mark('symbol', { value: this.#string(value.description ?? '') });
      default:
        return mark('function', { value: nameOfFunction(value) });
    }
  }

  #string(value: string): Json {
    const { value_bytes, read_characters, head_characters } = this.#limits;
    const amount = this.#amount;
    if (value.length <= value_bytes) {
      amount.addCharacters(amount.weigh(value) * value.length + 2);
      return value;
    }
    amount.addCharacters(head_characters + 128);
    if (amount.isSpent) return mark('unread', { type: 'string', length: value.length });
    const weight = amount.weigh(value);
    if (weight * value.length <= read_characters) {
      amount.addDropped(weight * value.length);
      return digestString(value, this.#limits, this.#redactor) as unknown as Json;
    }
    const { text, laborious } = sampleOf(value, this.#redactor);
    amount.addDropped((laborious ? LABORIOUS_WEIGHT : weight) * text.length);
    return digestSample(value, text, this.#limits, this.#redactor) as unknown as Json;
  }

  #object(value: object): Json {
    try {
      const level = this.#ancestors.indexOf(value);
      if (level !== -1) return mark('circular', { levels_up: this.#ancestors.length - level });
      if (this.#ancestors.length >= this.#limits.depth) return mark('deeper');
      const depth = this.#ancestors.push(value);
      try {
        return this.#contents(value);
      } finally {
        this.#ancestors.length = depth - 1;
      }
    } catch {
      return this.#unreadable();
    }
  }

  #unreadable(): Json {
    this.#amount.addValues(UNREADABLE_WEIGHT);
    return mark('unreadable');
  }

  #contents(value: object): Json {
    if (Array.isArray(value)) return this.#array(value);
    if (!isPlainObject(value)) return this.#instance(value);
    return typeof (value as { toJSON?: unknown }).toJSON === 'function'
      ? mark('Object', { value: this.#toJson(value) })
      : this.#entries(value);
  }

  #array(array: readonly unknown[]): Json {
    const before = this.#amount.soFar();
    const copy: Json[] = [];
    for (let index = 0; index < array.length; index++) {
      if (this.#amount.isExhausted(before)) return this.#giveUp(copy, 'array', array.length, before);
      copy.push(this.copy(array[index]));
    }
    return copy;
  }

  #entries(object: object): Json {
    const before = this.#amount.soFar();
    const copy: JsonObject = {};
    const keys = Object.keys(object);
    for (const [index, key] of keys.entries()) {
      if (this.#amount.isExhausted(before)) return this.#giveUp(copy, 'object', keys.length, before);
      setOwn(copy, this.#key(key, index), this.#property(object, key));
    }
    return copy;
  }

  /** A key that is longer than a value may be is cut, and distinguished by its position. */
  #key(key: string, index: number): string {
    const { value_bytes, head_characters } = this.#limits;
    // Checking a name takes as long as checking a value, and a long one is read more often.
    this.#amount.addValues(1);
    this.#amount.addCharacters(Math.min(NAME_WEIGHT * this.#amount.weigh(key) * key.length, value_bytes) + 4);
    return key.length <= value_bytes
      ? key
      : `${key.slice(0, head_characters)}… [${key.length} characters, key ${index}]`;
  }

  /** One property. If its getter throws, only this property is missing. */
  #property(object: object, key: string): Json {
    let value: unknown;
    try {
      value = (object as Record<string, unknown>)[key];
    } catch {
      return this.#unreadable();
    }
    return this.copy(value);
  }

  #instance(value: object): Json {
    if (ArrayBuffer.isView(value)) return this.#bytes(value.buffer, value.byteOffset, value.byteLength);
    if (types.isAnyArrayBuffer(value)) return this.#bytes(value, 0, value.byteLength);
    if (types.isDate(value)) return mark('Date', { value: dateText(value) });
    if (types.isMap(value)) return this.#collection('Map', value.size, Map.prototype.entries.call(value));
    if (types.isSet(value)) return this.#collection('Set', value.size, Set.prototype.values.call(value));
    if (types.isRegExp(value))
      return mark('RegExp', { value: this.#string(RegExp.prototype.toString.call(value)) });
    if (types.isBoxedPrimitive(value)) return mark(classNameOf(value), { value: this.copy(value.valueOf()) });
    if (types.isNativeError(value)) return this.#error(value);
    const name = classNameOf(value);
    if (typeof (value as { toJSON?: unknown }).toJSON === 'function')
      return mark(name, { value: this.#toJson(value) });
    return mark(name, { value: this.#entries(value) });
  }

  #toJson(value: object): Json {
    try {
      return this.copy((value as { toJSON(): unknown }).toJSON());
    } catch {
      return this.#unreadable();
    }
  }

  #error(error: Error): Json {
    return mark(classNameOf(error), {
      message: this.#property(error, 'message'),
      value: this.#entries(error),
    });
  }

  #bytes(buffer: ArrayBufferLike, offset: number, length: number): Json {
    this.#amount.addCharacters(128);
    if (this.#amount.isSpent) return mark('unread', { type: 'bytes', length });
    this.#amount.addDropped(length <= this.#limits.read_characters ? length : SAMPLE_SIZE);
    return digestBytes(new Uint8Array(buffer, offset, length), this.#limits) as unknown as Json;
  }

  #collection(type: string, size: number, items: Iterable<unknown>): Json {
    const before = this.#amount.soFar();
    const copy: Json[] = [];
    for (const item of items) {
      if (this.#amount.isExhausted(before)) return this.#giveUp(copy, type, size, before);
      copy.push(this.copy(item));
    }
    return mark(type, { value: copy });
  }

  /** Replaces a container by a digest of what was read of it, so that the values after it can still be read. */
  #giveUp(read: Json[] | JsonObject, type: string, length: number, before: AmountMark): Json {
    this.#amount.dropSince(before);
    if (isEmpty(read)) return mark('unread', { type, length });
    const shown = this.#redactor === undefined ? read : this.#redactor.value(read).value;
    return digestPart(JSON.stringify(shown), type, length, this.#limits) as unknown as Json;
  }
}

function isEmpty(read: Json[] | JsonObject): boolean {
  for (const _ in read) return false;
  return true;
}

function numberName(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function dateText(date: Date): string {
  const time = Date.prototype.getTime.call(date);
  return Number.isNaN(time) ? 'Invalid Date' : new Date(time).toISOString();
}
