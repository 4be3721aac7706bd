/**
 * The location of an error. [isolate-safe]
 * @module
 */

/** Returns the first line of its stack with a code location. */
export function placeOf({ stack = '' }: Error): string | undefined {
  return /^\s+at (.+)$/m.exec(stack)?.[1];
}
