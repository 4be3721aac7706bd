/**
 * Limits the rate of requests to a server and the number in flight. Reconcile and backfill must not slow down the server's other
 * users.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** The limits of requests to a server. */
export interface PaceOptions {
  /** Requests per second; `Infinity` for no limit. */
  requests_per_second: number;
  /** Requests in flight at once. */
  concurrency: number;
}

/** The default limit for a shared server. A server on this machine has no limit. */
const SHARED_REQUESTS_PER_SECOND = 10;
/** The default number of requests in flight. */
export const DEFAULT_CONCURRENCY = 20;

/** Returns the default pace for an address: no limit on loopback, {@link SHARED_REQUESTS_PER_SECOND} elsewhere. */
export function defaultPace(address: string): PaceOptions {
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(address);
  return {
    requests_per_second: loopback ? Infinity : SHARED_REQUESTS_PER_SECOND,
    concurrency: DEFAULT_CONCURRENCY,
  };
}

/** Runs requests no faster than its options allow. */
export class Pace {
  readonly #interval_ms: number;
  readonly #concurrency: number;
  readonly #waiting: (() => void)[] = [];
  #next_ms = 0;
  #inFlight = 0;

  constructor(options: PaceOptions) {
    this.#interval_ms = 1000 / options.requests_per_second;
    this.#concurrency = options.concurrency;
  }

  async run<T>(request: () => Promise<T>): Promise<T> {
    if (this.#inFlight >= this.#concurrency)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inFlight += 1;
    try {
      await this.#turn();
      return await request();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#inFlight -= 1;
    }
  }

  async #turn(): Promise<void> {
    if (this.#interval_ms === 0) return;
    const now = performance.now();
    const turn = Math.max(now, this.#next_ms);
    this.#next_ms = turn + this.#interval_ms;
    if (turn > now) await sleep(turn - now);
  }
}

/** Runs `work` for each item, at most `concurrency` at once. */
export async function forEachConcurrently<T>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) await work(items[next++] as T);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane));
}
