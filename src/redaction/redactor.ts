/**
 * Masks secrets before anything leaves the process: by their names, by their form, and by the lab's registered
 * values. If there is nothing to mask, it costs one fast pass over the text. What cannot be redacted is
 * dropped, never kept. [isolate-safe]
 *
 * This folder owns what is masked, and how. Every part that records, stores or sends text uses it, through
 * `createRedactor`.
 * @module
 */

import { setOwn } from '../metadata/json';
import type { Json, JsonObject } from '../model/json';
import { maskAssignments } from './assignments';
import { masksOther, masksText } from './keys';
import { compilePolicy, type RedactOptions, type RedactPolicy } from './policy';
import { type Count, maskPatterns, REDACTED } from './text';

export type { RedactOptions } from './policy';
export { REDACTED } from './text';

/** Replaces a value that could not be redacted. */
export const REDACTION_FAILED = '[redaction-failed]';

/** The number of masked places by rule: `key`, `assignment`, `url-credentials`, `token`, `registered`, … */
export interface Redactions {
  [rule: string]: number;
}

/** Masks secrets. Nothing here throws or changes its argument. `redactions` is absent if nothing was masked. */
export interface Redactor {
  /** Masks a JSON value; returns the argument itself if nothing was masked. */
  value<T extends Json>(value: T): { value: T; redactions?: Redactions };
  /** Masks plain text: messages, stacks, log lines. */
  text(text: string): { text: string; redactions?: Redactions };
  /** Masks JSON text as `JSON.stringify` writes it: the cheapest way for a record that becomes text anyway. */
  jsonText(text: string): { text: string; redactions?: Redactions };
  /** True if masking the text takes long for its length, because many places begin like a secret or its name. */
  laborious(text: string): boolean;
}

/** Deepest nesting that is walked. Deeper parts are dropped. */
const MAX_DEPTH = 1000;
/** Longest text that is tried as JSON inside a string. */
const MAX_EMBEDDED_LENGTH = 262_144;
/**
 * The most texts of one value that look like JSON but are not JSON. Further ones are masked as plain text,
 * which also handles quotes.
 */
const MAX_FAILED_PARSES = 100;

/**
 * Compiles a redactor.
 * @throws ProvenanceError `OPTION_INVALID` if an option is not usable
 */
export function createRedactor(options: RedactOptions = {}): Redactor {
  const policy = compilePolicy(options);
  if (options.off === true)
    return {
      value: (value) => ({ value }),
      text: (text) => ({ text }),
      jsonText: (text) => ({ text }),
      laborious: () => false,
    };
  return {
    value(value) {
      const run = new Redaction(policy);
      return run.counted({ value: run.guarded(() => run.walk(value, 0)) as typeof value });
    },
    text(text) {
      const run = new Redaction(policy);
      return run.counted({ text: run.guarded(() => run.text(text)) as string });
    },
    jsonText(text) {
      const run = new Redaction(policy);
      const redacted = run.guarded(() => {
        if (!policy.suspectsJson(text)) return text;
        const value = JSON.parse(text) as Json;
        const walked = run.walk(value, 0);
        return walked === value ? text : JSON.stringify(walked);
      });
      return run.counted({
        text: redacted === REDACTION_FAILED ? JSON.stringify(REDACTION_FAILED) : (redacted as string),
      });
    },
    laborious: policy.laborious,
  };
}

/** One redaction and its counts. */
class Redaction {
  #redactions: Redactions | undefined;
  #failedParses = 0;
  readonly #policy: RedactPolicy;
  readonly #count: Count = (rule) => {
    this.#redactions ??= {};
    this.#redactions[rule] = (this.#redactions[rule] ?? 0) + 1;
  };

  constructor(policy: RedactPolicy) {
    this.#policy = policy;
  }

  counted<T extends object>(result: T): T & { redactions?: Redactions } {
    return this.#redactions === undefined ? result : { ...result, redactions: this.#redactions };
  }

  guarded(redact: () => Json): Json {
    try {
      return redact();
    } catch {
      this.#count('redaction-failed');
      return REDACTION_FAILED;
    }
  }

  walk(value: Json, depth: number, inArray = false): Json {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.#number(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_DEPTH) throw new RangeError('too deep');
    return Array.isArray(value) ? this.#array(value, depth, inArray) : this.#object(value, depth);
  }

  /** Masks inside one string. */
  text(text: string): string {
    if (!this.#policy.suspects(text)) return text;
    return this.guarded(() => this.#embedded(text) ?? this.#plain(text)) as string;
  }

  #plain(text: string): string {
    let result = text;
    for (const form of this.#policy.forms) {
      if (!result.includes(form)) continue;
      const parts = result.split(form);
      for (let index = 1; index < parts.length; index++) this.#count('registered');
      result = parts.join(REDACTED);
    }
    for (const pattern of this.#policy.patterns) {
      result = result.replace(pattern, () => {
        this.#count('pattern');
        return REDACTED;
      });
    }
    result = maskPatterns(result, this.#count);
    return maskAssignments(result, this.#policy.nextName, this.#policy.kindOf, this.#count);
  }

  /** A string that is itself JSON is masked as JSON; undefined if it is not JSON. */
  #embedded(text: string): string | undefined {
    if (text.length > MAX_EMBEDDED_LENGTH || this.#failedParses >= MAX_FAILED_PARSES) return undefined;
    if (!/^\s*[[{"]/.test(text)) return undefined;
    let value: Json;
    try {
      value = JSON.parse(text) as Json;
    } catch {
      this.#failedParses++;
      return undefined;
    }
    const walked = this.walk(value, 0);
    return walked === value ? text : JSON.stringify(walked);
  }

  #number(value: number): Json {
    if (this.#policy.forms.length === 0 || !this.#policy.forms.includes(String(value))) return value;
    this.#count('registered');
    return REDACTED;
  }

  /** Also handles lists of `[name, value]` pairs and `['--password', 'x']` of command lines. */
  #array(array: Json[], depth: number, inArray: boolean): Json {
    let copy: Json[] | undefined;
    const pair = inArray && array.length === 2;
    for (let index = 0; index < array.length; index++) {
      const before = index > 0 ? array[index - 1]! : null;
      const item =
        typeof before === 'string' && (pair || before.startsWith('-'))
          ? this.#named(before, array[index]!, depth + 1)
          : this.walk(array[index]!, depth + 1, true);
      if (item === array[index]) continue;
      copy ??= [...array];
      copy[index] = item;
    }
    return copy ?? array;
  }

  #object(object: JsonObject, depth: number): Json {
    let copy: JsonObject | undefined;
    const keys = Object.keys(object);
    for (const [index, key] of keys.entries()) {
      const name = this.#nameOf(object, key);
      const value = this.#named(name, object[key]!, depth + 1);
      const shown = this.#policy.suspectsName(key) ? this.text(key) : key;
      if (copy === undefined && value === object[key] && shown === key) continue;
      copy ??= entriesBefore(object, keys, index);
      setOwn(copy, shown, value);
    }
    return copy ?? object;
  }

  /** The name of a value: its key, but in `{name: 'password', value: 'x'}` the other member's value. */
  #nameOf(object: JsonObject, key: string): string {
    if (key !== 'value') return key;
    const name = object.name ?? object.key;
    return typeof name === 'string' ? name : key;
  }

  #named(name: string, value: Json, depth: number): Json {
    const kind = this.#policy.kindOf(name);
    if (kind === 'none' || value === REDACTED) return this.walk(value, depth);
    if (!(typeof value === 'string' ? masksText(kind, value) : masksOther(kind, value)))
      return this.walk(value, depth);
    this.#count('key');
    return REDACTED;
  }
}

function entriesBefore(object: JsonObject, keys: string[], end: number): JsonObject {
  const copy: JsonObject = {};
  for (let index = 0; index < end; index++) setOwn(copy, keys[index]!, object[keys[index]!]!);
  return copy;
}
