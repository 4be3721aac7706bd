/**
 * Whole numbers in JSON text that no number of JavaScript holds as they are written: `JSON.parse` reads 9007199254740993
 * as 9007199254740992 and says nothing. Found here, before the text is parsed, so that they can be refused. [isolate-safe]
 * @module
 */

/** A whole number that would be read as another one, and where it stands. */
interface LargeInteger {
  path: (string | number)[];
  /** As it is written. */
  written: string;
}

/** Fewer digits are always exact. */
const LONG_NUMBER = /\d{16}/;

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|[{}[\],]/g;
const WHOLE = /^-?\d+$/;

/** What to say of one: what is wrong, and the way out. */
export const QUOTE_IT =
  'is a whole number beyond 2^53 - 1, which would be changed: write it in quotes, as text';

/** True when a number would be given back as it is written. What JavaScript itself wrote always is. */
export function isKept(written: string): boolean {
  return String(Number(written)) === written;
}

/** True when a number is as large as whole numbers are exact. The rule for what people type: simple to know beforehand. */
export function isExact(written: string): boolean {
  return Number.isSafeInteger(Number(written));
}

/**
 * Whole numbers in `text` that fail `fits`, in their order. `text` must be JSON (what `JSON.parse` takes).
 */
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

/** Where a reader of JSON stands: one key or index for each container that is open. */
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
