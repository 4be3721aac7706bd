/**
 * Where an error was thrown. [isolate-safe]
 * @module
 */

/** The first line of its stack that names code. */
export function placeOf({ stack = '' }: Error): string | undefined {
  return /^\s+at (.+)$/m.exec(stack)?.[1];
}
