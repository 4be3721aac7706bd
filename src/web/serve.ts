/**
 * Starts and stops the server of the page. Node only.
 * @module
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ProvenanceError } from '../errors';
import type { Config } from '../options/config-file';
import type { TokenEntry } from '../options/serve-options';
import type { Labs } from '../questions/scope';
import { spoolFolder } from '../record/delivery/spool-place';
import { Hosts, isLoopback } from './http/hosts';
import { Keys } from './http/keys';
import type { FaultLog } from './http/log';
import { answerWith, newServer } from './http/server';
import { Offering } from './reading/offering';
import { Readers } from './reading/readers';
import { site } from './site';

/** The options of the server. */
export interface ServeOptions {
  /** The URL of the store. */
  store: string;
  labs: Labs;
  /** @defaultValue 127.0.0.1 */
  host?: string;
  /** The port; 0 picks a free one. @defaultValue 8474 */
  port?: number;
  /** Host names of a proxy: `NAME` or `NAME:PORT`. */
  allow_hosts?: readonly string[];
  /** The tokens of readers; without any, everyone who reaches the address may read. */
  tokens?: readonly TokenEntry[];
  /** Allow an address other than loopback without tokens. */
  insecure?: boolean;
  /** Address of Temporal's Web UI, for links. */
  temporal_ui?: string;
  /** The folder of the store's spool. @defaultValue the default folder */
  spool_folder?: string;
  /** The config file that was read. */
  config?: Config;
  /** The maximum time for one question. @defaultValue 5,000 */
  limit_ms?: number;
  /** The log of unexpected errors. @defaultValue none */
  log?: FaultLog;
}

/** A running server. */
export interface Served {
  /** `http://127.0.0.1:8474` */
  readonly address: string;
  /** Stops the server and its threads. */
  close(): Promise<void>;
}

/**
 * @throws (rejects) ProvenanceError OPTION_INVALID if other machines could read without a token; an error with `code` EADDRINUSE,
 *   EACCES, EADDRNOTAVAIL or ENOTFOUND if the address is unavailable
 */
export async function serve(options: ServeOptions): Promise<Served> {
  const { store, labs, host = '127.0.0.1', port = 8474, allow_hosts, tokens = [], log = SILENT } = options;
  const { spool_folder = spoolFolder(store), config } = options;
  if (!isLoopback(host) && tokens.length === 0 && !options.insecure) throw openToOthers(host);
  const server = newServer();
  server.listen(port, host);
  await once(server, 'listening');
  const bound = server.address() as AddressInfo;
  const answering = new Offering(new Readers({ url: store, spool_folder, config }, options.limit_ms));
  const hosts = new Hosts({ host, port: bound.port, allowed: allow_hosts });
  answerWith(server, site({ answering, labs, log, temporal_ui: options.temporal_ui }), {
    hosts,
    keys: new Keys(tokens),
  });
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await answering.close();
    },
  };
}

const SILENT: FaultLog = { fault: () => undefined };

function openToOthers(host: string): ProvenanceError {
  return new ProvenanceError(
    'OPTION_INVALID',
    `${host} can be reached from other machines, but no token is set: create one with \`temporal-provenance token\`, or allow everyone to read with --insecure.`,
  );
}
