/**
 * Copies parts of texts, so that the whole text can be freed. Node only.
 * @module
 */

/** A copy. V8 keeps a part as a view of its text, which keeps the whole text in memory. */
export function ownText(part: string): string {
  return Buffer.from(part).toString();
}
