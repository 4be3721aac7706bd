/**
 * A lab's redaction policy, compiled: secret names, registered values, and the fast pass that decides whether a
 * text needs a closer check. [isolate-safe]
 * @module
 */
import { ProvenanceError } from '../errors';
import { type KeyKind, kindOfName, wordsOf } from './keys';
import { nameAround } from './names';
import { NAME_NEEDLES, nameNeedle, VALUE_NEEDLES, valueNeedle } from './needles';
import { formsOf } from './registered';
import { createScanner } from './scan';

/** A lab's options for redaction. They add to the built-in rules. */
export interface RedactOptions {
  /**
   * Further names of secrets, matched by whole words (`'licence code'` is also `licenceCode`), or by a regular
   * expression. @defaultValue none
   */
  keys?: readonly (string | RegExp)[];
  /**
   * Names that are never masked, even if the default policy would mask them; compared by their words.
   * @defaultValue none
   */
  keepKeys?: readonly string[];
  /**
   * Secrets themselves, at least 6 characters each. They are masked in all texts, also in encoded forms.
   * @defaultValue none
   */
  values?: readonly string[];
  /**
   * Regular expressions for the form of further secrets. They are applied to every string of every record, so
   * they must take linear time. @defaultValue none
   */
  patterns?: readonly RegExp[];
  /** True to mask nothing at all. @defaultValue false */
  off?: boolean;
}

/** The compiled policy. */
export interface RedactPolicy {
  readonly forms: readonly string[];
  readonly patterns: readonly RegExp[];
  kindOf(name: string): KeyKind;
  /** True if the text of a name itself contains a secret, such as `https://user:password@host` as a key. */
  suspectsName(name: string): boolean;
  /**
   * True if a string may contain something to mask. It can be true of a string with nothing to mask, but it is
   * never false of one with a secret.
   */
  suspects(text: string): boolean;
  /** As `suspects`, for the JSON text of a value. */
  suspectsJson(text: string): boolean;
  /** True if a text has many places to check closely, relative to its length. */
  laborious(text: string): boolean;
  /** A position inside the next name that may be a secret's, or -1. */
  nextName(text: string, from: number): number;
}

/** Names whose kind is cached. At this limit the cache is emptied. */
const MAX_NAMES = 4096;
/** Longest name that is cached, in characters. */
const MAX_NAME = 128;
/** Outside ASCII, a letter can become one of a needle in lower case: the Kelvin sign becomes k. */
const ASCII = /^[\0-\x7f]*$/;
const KELVIN = '\u212a';
/** In prose and in code one place in two hundred characters is checked closely, in hostile text one in four. */
const CHARACTERS_PER_LOOK = 64;
/** A string that may be JSON, in which a name and its value are separate strings. */
const JSON_LIKE = /^\s*[[{"]/;

/**
 * Compiles the options.
 * @throws ProvenanceError `OPTION_INVALID`; the message names the invalid option, never a registered value
 */
export function compilePolicy(options: RedactOptions): RedactPolicy {
  check(options);
  const forms = formsOf(options.values ?? []);
  const words = (options.keys ?? []).filter((key) => typeof key === 'string').map(wordsOf);
  const expressions = (options.keys ?? [])
    .filter((key) => key instanceof RegExp)
    .map((key) => expression(key, ''));
  const kept = new Set((options.keepKeys ?? []).map((key) => wordsOf(key).join(' ')));
  const own = words.map((wanted) => nameNeedle(wanted.find((word) => word.length > 2) ?? ''));
  const names = [...NAME_NEEDLES, ...own.filter((needle) => needle !== null)];
  const scanNames = createScanner(names, () => true);
  const needled = expressions.length === 0 && !own.includes(null);
  const kindOf = remembered((name) => {
    if (needled && scanNames(name) === -1 && ASCII.test(name)) return 'none';
    const parts = wordsOf(name);
    if (kept.has(parts.join(' '))) return 'none';
    if (words.some((wanted) => contains(parts, wanted)) || expressions.some((key) => key.test(name)))
      return 'secret';
    return kindOfName(name);
  });
  const registered = forms.map((form) => valueNeedle(form, new RegExp(escaped(form), 'y')));
  const needles = [...names, ...VALUE_NEEDLES, ...registered];
  const scan = createScanner(needles, (text, at, needle) =>
    needle.looks === undefined ? isSecretName(text, at) : isAt(needle.looks, text, at),
  );
  let left = 0;
  const scanPlaces = createScanner(needles, () => left-- <= 0);
  const hasPlaces = (text: string, most: number) => {
    left = most;
    return scanPlaces(text) !== -1;
  };
  const scanValues = createScanner([...VALUE_NEEDLES, ...registered], (text, at, needle) =>
    isAt(needle.looks!, text, at),
  );
  // Custom expressions can only be tested on single strings.
  const always = !needled || (options.patterns ?? []).length > 0;
  const isSecretName = (text: string, at: number) => nameAround(text, at, kindOf).kind !== 'none';
  const suspectsJson = (text: string) => always || hasPlaces(text, 0) || text.includes(KELVIN);
  return {
    forms,
    patterns: (options.patterns ?? []).map((pattern) => expression(pattern, 'g')),
    kindOf,
    suspectsName: remembered((name) => name.length >= 6 && scanValues(name) !== -1),
    suspects: (text) =>
      JSON_LIKE.test(text) ? suspectsJson(text) : always || scan(text) !== -1 || text.includes(KELVIN),
    suspectsJson,
    laborious: (text) => hasPlaces(text, text.length / CHARACTERS_PER_LOOK),
    nextName: scanNames,
  };
}

function check(options: RedactOptions): void {
  const lists = {
    keys: options.keys,
    keepKeys: options.keepKeys,
    values: options.values,
    patterns: options.patterns,
  };
  for (const [name, list] of Object.entries(lists)) {
    if (list !== undefined && !Array.isArray(list)) invalid(`redact.${name} must be an array`);
  }
  for (const key of options.keys ?? []) {
    const usable = typeof key === 'string' ? wordsOf(key).length > 0 : key instanceof RegExp;
    if (!usable) invalid('redact.keys must hold names or regular expressions');
  }
  for (const key of options.keepKeys ?? []) {
    if (typeof key !== 'string') invalid('redact.keepKeys must hold names');
  }
  for (const pattern of options.patterns ?? []) {
    if (!(pattern instanceof RegExp)) invalid('redact.patterns must hold regular expressions');
  }
}

function invalid(message: string): never {
  throw new ProvenanceError('OPTION_INVALID', message);
}

/** A copy without the state that `g` and `y` keep. */
function expression(source: RegExp, flags: string): RegExp {
  return new RegExp(source.source, source.flags.replace(/[gy]/g, '') + flags);
}

function contains(words: string[], wanted: string[]): boolean {
  return words.some((_, at) => wanted.every((word, offset) => words[at + offset] === word));
}

function remembered<T>(judge: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    if (name.length > MAX_NAME) return judge(name);
    let judged = known.get(name);
    if (judged === undefined) {
      judged = judge(name);
      if (known.size >= MAX_NAMES) known.clear();
      known.set(name, judged);
    }
    return judged;
  };
}

function isAt(expression: RegExp, text: string, at: number): boolean {
  expression.lastIndex = at;
  return expression.test(text);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
