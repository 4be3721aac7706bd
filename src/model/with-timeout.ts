/**
 * The one time limit for awaiting something. [isolate-safe]
 * @module
 */

/** {@link withTimeout} rejects with this when the time is over. */
export class TimedOut extends Error {
  /** The limit that passed, in milliseconds. */
  readonly limit_ms: number;

  constructor(limit_ms: number) {
    super(`not settled within ${limit_ms} ms`);
    this.limit_ms = limit_ms;
  }
}

/**
 * The promise's result, if it settles within `limit_ms` milliseconds. The promise itself continues afterwards;
 * a late rejection is ignored.
 * @param late gives the result when the time is over; an error that it throws rejects. @defaultValue rejects
 *   with {@link TimedOut}
 */
export async function withTimeout<T, Late = never>(
  promise: PromiseLike<T>,
  limit_ms: number,
  late: () => Late | PromiseLike<Late> = () => {
    throw new TimedOut(limit_ms);
  },
): Promise<T | Late> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<typeof OVER>((resolve) => {
    timer = setTimeout(resolve, limit_ms, OVER);
  });
  try {
    const first = await Promise.race([promise, over]);
    return first === OVER ? await late() : first;
  } finally {
    clearTimeout(timer);
  }
}

const OVER = Symbol('over');
