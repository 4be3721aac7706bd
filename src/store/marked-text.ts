/**
 * Texts as any database can hold them. What one would refuse or cut (NUL), or what is lost on the way to it (lone
 * surrogates), is written as JSON behind a mark. Node only.
 * @module
 */

/** Before a text that stands as JSON. */
export const MARK = '\u001f';
const HOSTILE = /\p{Surrogate}|\0/u;

/** True for a text that not every database can hold as it is. */
export function isHostile(text: string): boolean {
  return HOSTILE.test(text);
}

/** Any text in a form that is kept; {@link readText} gives it back as it was. */
export function storedText(text: string): string {
  return isHostile(text) || text.startsWith(MARK) ? MARK + JSON.stringify(text) : text;
}

/** The text that was stored. One that an earlier release stored without the mark is given as it stands. */
export function readText(stored: string): string {
  if (!stored.startsWith(MARK)) return stored;
  try {
    return JSON.parse(stored.slice(MARK.length));
  } catch {
    return stored;
  }
}
