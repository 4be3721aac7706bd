/**
 * Time limits. Node only.
 * @module
 */

/** The promise's outcome, or a rejection when the time is over. The promise itself goes on. */
export function within<T>(promise: Promise<T>, limit_ms: number): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), limit_ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
