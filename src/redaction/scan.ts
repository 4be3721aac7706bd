/**
 * Decides in one fast pass whether a text may contain anything to mask. Most records contain nothing, and cost
 * only this pass. Three characters at a time, in five bits each (which ignores case), are looked up in a table
 * of 32,768 bits. Only if the bit is set, the place is checked closely. [isolate-safe]
 * @module
 */

/** Three characters to search for, and the distance from the beginning of their text. */
export interface Needle {
  text: string;
  back: number;
  /** A sticky expression for the value that begins there; absent if the needle is part of a name. */
  looks?: RegExp;
}

const MASK = 0x7fff;

/** Shorter texts are read character by character: the call into Node costs more than it saves. */
const MIN_BUFFERED = 64;
const BUFFER_SIZE = 65_536;

/** The part of Node's `Buffer` that is used here; absent in the workflow sandbox. */
interface LatinBuffer extends Uint8Array {
  latin1Write(text: string, offset: number): number;
}
type Nodeish = { Buffer?: { allocUnsafeSlow(size: number): LatinBuffer } };

/**
 * Creates the scanner. If there is a `Buffer`, a text is first copied there in one native call, because reading
 * bytes costs a third of reading characters.
 * @param confirm Checks a place closely: the needle (or a similar text) is `back` characters after `at`.
 * @returns The position of the first needle that `confirm` accepted, at or after `from`; else -1.
 */
export function createScanner(
  needles: readonly Needle[],
  confirm: (text: string, at: number, needle: Needle) => boolean,
): (text: string, from?: number) => number {
  // One bit for each three characters: docs/design/redaction.md#what-it-may-cost.
  const known = new Uint8Array(MASK + 1);
  const byHash: (Needle[] | undefined)[] = new Array(MASK + 1).fill(undefined);
  for (const needle of needles) {
    const hash = hashOf(needle.text);
    known[hash] = 1;
    byHash[hash] = [...(byHash[hash] ?? []), needle];
  }
  const buffer = (globalThis as unknown as Nodeish).Buffer?.allocUnsafeSlow(BUFFER_SIZE);

  function agreed(text: string, at: number): boolean {
    for (const needle of byHash[hashOf(text, at)]!) {
      if (at >= needle.back && confirm(text, at - needle.back, needle)) return true;
    }
    return false;
  }

  /** Position of the next known three characters, at or after a position, or -1. */
  function nextKnown(bytes: Uint8Array, from: number, length: number): number {
    let hash = 0;
    for (let index = from; index < length; index++) {
      hash = ((hash << 5) | (bytes[index]! & 31)) & MASK;
      if (known[hash] !== 0 && index >= from + 2) return index - 2;
    }
    return -1;
  }

  function nextKnownIn(text: string, from: number): number {
    let hash = 0;
    for (let index = from; index < text.length; index++) {
      hash = ((hash << 5) | (text.charCodeAt(index) & 31)) & MASK;
      if (known[hash] !== 0 && index >= from + 2) return index - 2;
    }
    return -1;
  }

  function scanCharacters(text: string, from: number): number {
    let at = nextKnownIn(text, from);
    while (at !== -1 && !agreed(text, at)) at = nextKnownIn(text, at + 1);
    return at;
  }

  function scanBytes(text: string, bytes: LatinBuffer): number {
    for (let begin = 0; begin + 2 < text.length; begin += BUFFER_SIZE - 2) {
      const length = bytes.latin1Write(text.slice(begin, begin + BUFFER_SIZE), 0);
      for (let at = nextKnown(bytes, 0, length); at !== -1; at = nextKnown(bytes, at + 1, length)) {
        if (agreed(text, begin + at)) return begin + at;
      }
    }
    return -1;
  }

  return (text, from = 0) =>
    buffer !== undefined && from === 0 && text.length >= MIN_BUFFERED
      ? scanBytes(text, buffer)
      : scanCharacters(text, from);
}

/** The hash of three characters. */
function hashOf(text: string, at = 0): number {
  let hash = 0;
  for (let index = at; index < at + 3; index++) hash = (hash << 5) | (text.charCodeAt(index) & 31);
  return hash;
}
