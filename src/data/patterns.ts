/**
 * Patterns of paths: `*` matches anything within a segment, `**` any number of segments, `?` one character,
 * `[a-c]` a set, `{a,b}` alternatives. Node only.
 * @module
 */

const MAGIC = /[*?[\]{}]/;

/** True if a text contains a character with a meaning in patterns. */
export function isPattern(text: string): boolean {
  return MAGIC.test(text);
}

/**
 * The regular expression of a whole pattern, or of one of its segments. A set or a brace that is not closed is
 * literal.
 */
export function patternExpression(pattern: string): RegExp {
  return new RegExp(`^${sourceOf(pattern)}$`, 'su');
}

function sourceOf(pattern: string): string {
  let source = '';
  for (let at = 0; at < pattern.length; ) {
    const [part, length] = partAt(pattern, at);
    source += part;
    at += length;
  }
  return source;
}

/** The part of the expression for the pattern at a position, and its length in the pattern. */
function partAt(pattern: string, at: number): [source: string, length: number] {
  const sign = pattern[at]!;
  if (pattern.startsWith('**/', at)) return ['(?:.*/)?', 3];
  if (pattern.startsWith('**', at)) return ['.*', 2];
  if (sign === '*') return ['[^/]*', 1];
  if (sign === '?') return ['[^/]', 1];
  if (sign === '[') return setAt(pattern, at);
  if (sign === '{') return alternativesAt(pattern, at);
  const character = String.fromCodePoint(pattern.codePointAt(at)!);
  return [literal(character), character.length];
}

function setAt(pattern: string, at: number): [string, number] {
  const [whole, not, inside] = /^\[([!^]?)([^\]/]+)\]/.exec(pattern.slice(at)) ?? [];
  if (whole === undefined || !isRange(inside!)) return ['\\[', 1];
  return [`[${not ? '^/' : ''}${inside!.replace(/[\\^[\]|]/g, '\\$&')}]`, whole.length];
}

/** A range that goes backwards is not a set. */
function isRange(inside: string): boolean {
  return [...inside.matchAll(/(.)-(.)/gsu)].every(([, from = '', to = '']) => from <= to);
}

function alternativesAt(pattern: string, at: number): [string, number] {
  const end = pattern.indexOf('}', at);
  const inside = pattern.slice(at + 1, end);
  if (end < 0 || inside.includes('{')) return ['\\{', 1];
  return [`(?:${inside.split(',').map(sourceOf).join('|')})`, end + 1 - at];
}

function literal(text: string): string {
  return text.replace(/[.+^$()|\\/{}[\]*?]/g, '\\$&');
}

/**
 * A list of patterns, which matches the names of a thing. A pattern without a slash is matched with the last
 * segment.
 */
export class NamePatterns {
  readonly #whole: RegExp[] = [];
  readonly #last: RegExp[] = [];

  constructor(patterns: readonly string[]) {
    for (const pattern of patterns)
      (pattern.includes('/') ? this.#whole : this.#last).push(patternExpression(pattern));
  }

  /** @param names all names of one thing: its URI, its path, its path below the working directory or a root */
  match(names: readonly string[]): boolean {
    if (this.#whole.length === 0 && this.#last.length === 0) return false;
    return names.some(
      (name) =>
        this.#whole.some((expression) => expression.test(name)) ||
        this.#last.some((expression) => expression.test(name.slice(name.lastIndexOf('/') + 1))),
    );
  }
}
