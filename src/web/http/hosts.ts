/**
 * The host names of this server. With DNS rebinding a page of another site can make its own name lead to this machine and read from
 * it. Its requests carry that other name, so they are refused. Node only.
 * @module
 */
import { hostname, networkInterfaces } from 'node:os';

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];
const ALL_ADDRESSES = ['0.0.0.0', '::'];
/** A name or an address, and a port. */
const HOST = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?$/;
const HTTP_PORT = 80;

/** The address of a server, and its other names. */
export interface HostsOptions {
  /** The host to listen on. */
  host: string;
  port: number;
  /** Names of a proxy: `NAME`, with any port, or `NAME:PORT`. */
  allowed?: readonly string[];
}

/** The names of this server. */
export class Hosts {
  readonly #own: ReadonlySet<string>;
  readonly #port: number;
  readonly #allowed: readonly Named[];

  constructor({ host, port, allowed = [] }: HostsOptions) {
    const bound = ALL_ADDRESSES.includes(host) ? machineNames() : [host];
    this.#own = new Set([...LOOPBACK, ...bound].map((name) => name.toLowerCase()));
    this.#port = port;
    this.#allowed = allowed.flatMap((text) => parseHost(text) ?? []);
  }

  /** True if a `Host` header names this server. */
  has(header: string | undefined): boolean {
    const named = parseHost(header);
    if (!named) return false;
    if (this.#own.has(named.name) && (named.port ?? HTTP_PORT) === this.#port) return true;
    return this.#allowed.some(
      ({ name, port }) => name === named.name && (port === undefined || port === named.port),
    );
  }

  /** True if an `Origin` header names this server. */
  hasOrigin(origin: string): boolean {
    return /^https?:\/\//.test(origin) && this.has(origin.replace(/^https?:\/\//, ''));
  }
}

interface Named {
  name: string;
  port?: number;
}

/** @returns undefined if the text is not a host name */
export function parseHost(text: string | undefined): Named | undefined {
  const [, address, name, port] = HOST.exec(text?.toLowerCase() ?? '') ?? [];
  const found = address ?? name;
  return found === undefined ? undefined : { name: found, ...(port !== undefined && { port: Number(port) }) };
}

/** True if only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function machineNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  return [hostname(), ...addresses.map(({ address }) => address)];
}
