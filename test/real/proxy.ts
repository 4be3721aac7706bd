/**
 * A TCP proxy on loopback that does to a connection what networks do: nothing comes through, all is reset, a byte a second,
 * seconds of delay, or a peer that is gone without having said so.
 */
import { createConnection, createServer, type Server, type Socket } from 'node:net';

/**
 * `blackhole`: what is sent waits until the mode changes. `half-open`: connections that are there never carry anything again, new
 * ones work. `trickle`: a byte a second. `slow`: 5 s each way. `reset`: every connection ends in a reset.
 */
export type ProxyMode = 'pass' | 'blackhole' | 'half-open' | 'trickle' | 'slow' | 'reset';

export interface NetworkProxy {
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: number;
  mode: ProxyMode;
  close(): Promise<void>;
}

const LOOK_MS = 20;
const SLOW_MS = 5_000;

/** Starts a proxy to a port of this machine. */
export async function startProxy(target: number): Promise<NetworkProxy> {
  const proxy = new TcpProxy(target);
  await proxy.listen();
  return proxy;
}

class TcpProxy implements NetworkProxy {
  readonly #target: number;
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #mode: ProxyMode = 'pass';

  constructor(target: number) {
    this.#target = target;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  get connections(): number {
    return this.#links.size;
  }

  get mode(): ProxyMode {
    return this.#mode;
  }

  set mode(mode: ProxyMode) {
    this.#mode = mode;
    if (mode === 'half-open') for (const link of this.#links) link.dead = true;
    if (mode === 'reset') for (const link of this.#links) link.reset();
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', () => resolve());
    });
  }

  async close(): Promise<void> {
    for (const link of this.#links) link.reset();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: Socket): void {
    const link = new Link(socket, this.#target, () => this.#mode);
    this.#links.add(link);
    socket.once('close', () => {
      link.reset();
      this.#links.delete(link);
    });
    if (this.#mode === 'reset') link.reset();
  }
}

/** One connection, both ways. */
class Link {
  dead = false;
  readonly #sockets: [Socket, Socket];

  constructor(client: Socket, target: number, mode: () => ProxyMode) {
    const server = createConnection({ port: target, host: '127.0.0.1' });
    this.#sockets = [client, server];
    for (const socket of this.#sockets) socket.on('error', () => undefined);
    this.#carry(client, server, mode);
    this.#carry(server, client, mode);
    server.once('close', () => {
      if (!this.dead && mode() !== 'blackhole') client.destroy();
    });
  }

  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #carry(from: Socket, to: Socket, mode: () => ProxyMode): void {
    const waiting: { bytes: Buffer; due: number }[] = [];
    let timer: NodeJS.Timeout | undefined;
    let lastByte = 0;
    const look = (): void => {
      timer = undefined;
      while (waiting.length > 0 && !this.dead && mode() !== 'blackhole') {
        const first = waiting[0]!;
        if (mode() === 'slow' && performance.now() < first.due) break;
        if (mode() !== 'trickle') to.write(waiting.shift()!.bytes);
        else {
          if (performance.now() - lastByte < 1_000) break;
          lastByte = performance.now();
          to.write(first.bytes.subarray(0, 1));
          if (first.bytes.length === 1) waiting.shift();
          else first.bytes = first.bytes.subarray(1);
        }
      }
      if (waiting.length > 0 && !this.dead) timer = setTimeout(look, LOOK_MS);
    };
    from.on('data', (bytes: Buffer) => {
      waiting.push({ bytes, due: performance.now() + SLOW_MS });
      if (!timer) look();
    });
    from.once('close', () => clearTimeout(timer));
  }
}
