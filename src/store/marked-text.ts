/**
 * Encodes texts so that any database can hold them. Databases refuse or cut some characters (NUL), and drivers lose others (lone
 * surrogates). A text with such characters is written as JSON after a mark. Node only.
 * @module
 */

/** The mark before a text that is written as JSON. */
export const MARK = '\u001f';
const HOSTILE = /\p{Surrogate}|\0/u;

/** True for a text that not every database can hold unchanged. */
export function isHostile(text: string): boolean {
  return HOSTILE.test(text);
}

/** Encodes any text for storage; {@link readText} decodes it. */
export function storedText(text: string): string {
  return isHostile(text) || text.startsWith(MARK) ? MARK + JSON.stringify(text) : text;
}

/** Decodes a stored text. A text without the mark, from an earlier release, is returned unchanged. */
export function readText(stored: string): string {
  if (!stored.startsWith(MARK)) return stored;
  try {
    return JSON.parse(stored.slice(MARK.length));
  } catch {
    return stored;
  }
}
