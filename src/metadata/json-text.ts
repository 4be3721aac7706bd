/**
 * Finds whole numbers in JSON text that JavaScript cannot represent: `JSON.parse` silently reads
 * 9007199254740993 as 9007199254740992. They are found before the text is parsed, so that they can be refused.
 * [isolate-safe]
 * @module
 */

/** A whole number that would change when parsed, and its place. */
interface LargeInteger {
  path: (string | number)[];
  /** The number as written. */
  written: string;
}

/** Fewer digits are always exact. */
const LONG_NUMBER = /\d{16}/;

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|[{}[\],]/g;
const WHOLE = /^-?\d+$/;

/** The text about a number that would change: what is wrong, and the solution. */
export const QUOTE_IT =
  'is a whole number above 2^53 - 1, which would lose digits: write it in quotes, as text';

/** True if a number keeps its written form. Numbers that JavaScript wrote always do. */
export function isKept(written: string): boolean {
  return String(Number(written)) === written;
}

/** True if a number is within the range of exact whole numbers. This simple rule is for what people type. */
export function isExact(written: string): boolean {
  return Number.isSafeInteger(Number(written));
}

/** Whole numbers in `text` that fail `fits`, in their order. `text` must be valid JSON. */
export function largeIntegers(text: string, fits: (written: string) => boolean): LargeInteger[] {
  if (!LONG_NUMBER.test(text)) return [];
  const place = new Place();
  const found: LargeInteger[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    if (WHOLE.test(token) && !fits(token)) found.push({ path: place.path(), written: token });
    place.read(token);
  }
  return found;
}

/** The position of a JSON reader: one key or index for each open container. */
class Place {
  readonly #open: { key: string | number; awaitsKey: boolean }[] = [];

  path(): (string | number)[] {
    return this.#open.map(({ key }) => key);
  }

  read(token: string): void {
    const inner = this.#open.at(-1);
    if (token === '{') this.#open.push({ key: '', awaitsKey: true });
    else if (token === '[') this.#open.push({ key: 0, awaitsKey: false });
    else if (token === '}' || token === ']') this.#open.pop();
    else if (inner && token === ',') advance(inner);
    else if (inner?.awaitsKey && token.startsWith('"')) {
      inner.key = JSON.parse(token) as string;
      inner.awaitsKey = false;
    }
  }
}

function advance(container: { key: string | number; awaitsKey: boolean }): void {
  if (typeof container.key === 'number') container.key += 1;
  else container.awaitsKey = true;
}
