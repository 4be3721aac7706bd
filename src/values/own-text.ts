/**
 * Parts of texts that do not hold on to the whole. Node only.
 * @module
 */

/** A copy: V8 keeps a part as a view of the text that it is of, all of which stays in memory for as long as the part does. */
export function ownText(part: string): string {
  return Buffer.from(part).toString();
}
