/**
 * Starts the page on an address, and ends it. Node only.
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

/** Where the page is served, of what, and to whom. */
export interface ServeOptions {
  /** URL of the store. */
  store: string;
  labs: Labs;
  /** @defaultValue 127.0.0.1 */
  host?: string;
  /** 0: any that is free. @defaultValue 8474 */
  port?: number;
  /** Names by which a proxy reaches it: `NAME` or `NAME:PORT`. */
  allow_hosts?: readonly string[];
  /** Who may read; none: who reaches the address. */
  tokens?: readonly TokenEntry[];
  /** Another address than a loopback one, without tokens. */
  insecure?: boolean;
  /** Address of Temporal's Web UI, for links. */
  temporal_ui?: string;
  /** Folder of the store's spool. @defaultValue where it is when nobody says */
  spool_folder?: string;
  /** The config file that was read. */
  config?: Config;
  /** Longest time for one question. @defaultValue 5,000 */
  limit_ms?: number;
  /** Where faults are said that nobody foresaw. @defaultValue nowhere */
  log?: FaultLog;
}

/** A page that is served. */
export interface Served {
  /** `http://127.0.0.1:8474` */
  readonly address: string;
  /** Ends it: no new request, threads ended. */
  close(): Promise<void>;
}

/**
 * @throws (rejects) ProvenanceError OPTION_INVALID where others could read without a token; an error with `code` EADDRINUSE, EACCES,
 *   EADDRNOTAVAIL or ENOTFOUND where the address can't be had
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
