/**
 * Tells in one fast pass whether a text can hold anything that redaction would mask: most records hold nothing, and
 * then cost only this. Each needle is four sets of characters; a state of eight groups of needles is shifted along the
 * text (as in multi-pattern matchers), and a place where a group fits is looked at closely. [isolate-safe]
 * @module
 */

/** Four sets of characters, in order; an empty one is any character. */
export type Needle = readonly [string, string, string, string];

/** A needle of four characters as they are. */
export function exactly(text: string): Needle {
  return [text[0] ?? '', text[1] ?? '', text[2] ?? '', text[3] ?? ''];
}

/** A needle of four characters in either case. */
export function anyCase(text: string): Needle {
  const both = (character = '') => character.toLowerCase() + character.toUpperCase();
  return [both(text[0]), both(text[1]), both(text[2]), both(text[3])];
}

const GROUPS = 8;

/**
 * Makes the scanner.
 * @param needles What to look for; characters above U+00FF are taken by their low byte.
 * @param confirm Looks closely at a place, given the text and where the needle's first character stands.
 * @returns Where `confirm` first agreed at or after `from`, or -1.
 */
export function createScanner(
  needles: readonly Needle[],
  confirm: (text: string, at: number) => boolean,
): (text: string, from?: number) => number {
  const table = new Int32Array(256);
  const sorted = [...needles].sort((a, b) => (a.join() < b.join() ? -1 : 1));
  for (const [index, needle] of sorted.entries()) {
    const group = 1 << Math.floor((index * GROUPS) / sorted.length);
    for (const [position, characters] of needle.entries()) enter(table, characters, group << (8 * position));
  }
  return (text, from = 0) => {
    let state = 0;
    for (let index = from; index < text.length; index++) {
      state = ((state << 8) | 0xff) & table[text.charCodeAt(index) & 0xff]!;
      if (state >>> 24 !== 0 && index >= from + 3 && confirm(text, index - 3)) return index - 3;
    }
    return -1;
  };
}

function enter(table: Int32Array, characters: string, bits: number): void {
  if (characters === '') {
    for (let code = 0; code < 256; code++) table[code]! |= bits;
  }
  for (const character of characters) table[character.charCodeAt(0) & 0xff]! |= bits;
}
