/**
 * Starts the page on an address, and ends it. Node only.
 * @module
 */
import { serve as listen } from '@hono/node-server';
import type { Labs } from '../questions/scope';
import { Readers } from './reading/readers';
import { site } from './site';

/** Where the page is served, and of what. */
export interface ServeOptions {
  /** URL of the store. */
  store: string;
  labs: Labs;
  /** @defaultValue 127.0.0.1 */
  host?: string;
  /** 0: any that is free. @defaultValue 8474 */
  port?: number;
}

/** A page that is served. */
export interface Served {
  /** `http://127.0.0.1:8474` */
  readonly address: string;
  /** Ends it: no new request, threads ended. */
  close(): Promise<void>;
}

/** @throws (rejects) an error with `code` EADDRINUSE, EACCES or EADDRNOTAVAIL where the address can't be had */
export async function serve({ store, labs, host = '127.0.0.1', port = 8474 }: ServeOptions): Promise<Served> {
  const answering = new Readers(store);
  const app = site({ answering, labs });
  const server = await new Promise<ReturnType<typeof listen>>((resolve, reject) => {
    const starting = listen({ fetch: app.fetch, hostname: host, port }, () => resolve(starting));
    starting.once('error', reject);
  });
  const bound = server.address();
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    address: `http://${shown}:${typeof bound === 'object' && bound ? bound.port : port}`,
    async close() {
      await new Promise((resolve) => {
        server.close(resolve);
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
      await answering.close();
    },
  };
}
