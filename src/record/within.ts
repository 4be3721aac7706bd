/**
 * Time limits. Node only.
 * @module
 */

/** What {@link within} rejects with. */
export class TooLate extends Error {}

/** The promise's outcome, or a rejection with {@link TooLate} when the time is over. The promise itself goes on. */
export function within<T>(promise: Promise<T>, limit_ms: number): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLate('late')), limit_ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
