/**
 * Limits per client: concurrent requests, and requests per second. Node only.
 * @module
 */
import { CLIENT } from '../limits';
import type { Problem } from './problem';

interface Client {
  /** Open requests: not answered, or the answer is not read yet. */
  open: number;
  /** The remaining requests. */
  left: number;
  /** The time of `left`, by the monotonic clock. */
  at_ms: number;
}

/** Clients by their address. */
export class Clients {
  readonly #clients = new Map<string, Client>();

  /** Counts a request. @returns the reason if it is refused; then it does not count */
  enter(name: string): Problem | undefined {
    const client = this.#filled(name);
    if (client.open >= CLIENT.open_requests)
      return tooMany(
        `${CLIENT.open_requests} requests of this client are still open. Read their answers first.`,
        1,
      );
    if (client.left < 1)
      return tooMany(
        `This client sends more than ${CLIENT.requests_per_s} requests per second. Send fewer.`,
        Math.ceil(1 / CLIENT.requests_per_s),
      );
    client.left -= 1;
    client.open += 1;
    return undefined;
  }

  /** Ends a request: its answer was read, or the client disconnected. */
  leave(name: string): void {
    const client = this.#clients.get(name);
    if (client) client.open -= 1;
  }

  #filled(name: string): Client {
    const now_ms = performance.now();
    const known = this.#clients.get(name);
    if (!known) {
      if (this.#clients.size >= CLIENT.remembered) this.#forget(now_ms);
      const client = { open: 0, left: CLIENT.burst_requests, at_ms: now_ms };
      this.#clients.set(name, client);
      return client;
    }
    known.left = leftAt(known, now_ms);
    known.at_ms = now_ms;
    return known;
  }

  /** Forgets clients without open requests and with the full quota. */
  #forget(now_ms: number): void {
    for (const [name, client] of this.#clients)
      if (client.open === 0 && leftAt(client, now_ms) >= CLIENT.burst_requests) this.#clients.delete(name);
  }
}

function leftAt({ left, at_ms }: Client, now_ms: number): number {
  return Math.min(CLIENT.burst_requests, left + ((now_ms - at_ms) / 1000) * CLIENT.requests_per_s);
}

function tooMany(detail: string, retry_after_s: number): Problem {
  return { status: 429, code: 'TOO_MANY_REQUESTS', detail, retry_after_s };
}
