/**
 * The HTTP server: its limits, and the checks of each request. Node only.
 * @module
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { HTTP } from '../limits';
import { Clients } from './clients';
import { refusalOf } from './gate';
import { SECURITY_HEADERS } from './headers';
import type { Hosts } from './hosts';
import type { Keys } from './keys';
import type { Problem } from './problem';
import { refused } from './refused';
import type { Visitor } from './visitor';

/** The handler of accepted requests. */
export interface Application {
  fetch(request: Request, env: { visitor?: Visitor }): Response | Promise<Response>;
}

/** Creates a server with socket limits, which is not listening yet. It refuses requests before {@link answerWith}. */
export function newServer(): Server {
  const server = createServer({
    maxHeaderSize: HTTP.header_bytes,
    headersTimeout: HTTP.headers_ms,
    requestTimeout: HTTP.headers_ms,
    connectionsCheckingInterval: HTTP.look_ms,
    keepAliveTimeout: HTTP.keep_alive_ms,
    // The gate answers a missing host like a wrong one.
    requireHostHeader: false,
  });
  server.maxHeadersCount = HTTP.headers;
  server.maxConnections = HTTP.connections;
  server.timeout = HTTP.idle_ms;
  const byAddress = new Map<string, number>();
  server.on('connection', (socket) => boundConnections(socket, byAddress));
  return server;
}

function boundConnections(socket: Socket, byAddress: Map<string, number>): void {
  const { remoteAddress = '' } = socket;
  const open = (byAddress.get(remoteAddress) ?? 0) + 1;
  byAddress.set(remoteAddress, open);
  socket.once('close', () => {
    const left = byAddress.get(remoteAddress)! - 1;
    if (left > 0) byAddress.set(remoteAddress, left);
    else byAddress.delete(remoteAddress);
  });
  if (open > HTTP.connections_per_address) socket.destroy();
}

/** The rules for access. */
export interface Admission {
  hosts: Hosts;
  keys: Keys;
}

/** Starts to answer requests. */
export function answerWith(server: Server, application: Application, admission: Admission): void {
  const visitors = new WeakMap<IncomingMessage, Visitor>();
  const listener = getRequestListener(
    (request, env) =>
      application.fetch(request, { visitor: visitors.get((env as { incoming: IncomingMessage }).incoming) }),
    { overrideGlobalObjects: false },
  );
  const clients = new Clients();
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const admitted = admit(incoming, outgoing, admission, clients);
    if ('problem' in admitted) return refuse(incoming, outgoing, admitted.problem);
    visitors.set(incoming, admitted.visitor);
    void listener(incoming, outgoing);
  });
}

function admit(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { hosts, keys }: Admission,
  clients: Clients,
): { visitor: Visitor } | { problem: Problem } {
  const wrong = refusalOf(incoming, hosts);
  if (wrong) return { problem: wrong };
  const holder = keys.holderOf(incoming.headers.authorization);
  // Behind a proxy all clients have one address, so the token identifies the client.
  const client = holder ? `token ${holder.sha256}` : (incoming.socket.remoteAddress ?? '');
  if (!incoming.url!.startsWith('/assets/')) {
    const tooMuch = clients.enter(client);
    if (tooMuch) return { problem: tooMuch };
    outgoing.once('close', () => clients.leave(client));
  }
  if (!keys.none && !holder) return { problem: noToken(incoming) };
  return { visitor: { ...(holder?.lab !== undefined && { lab: holder.lab }) } };
}

function noToken({ headers }: IncomingMessage): Problem {
  const detail =
    headers.authorization === undefined
      ? 'A token is required: as the password of any user, or as `Authorization: Bearer TOKEN`.'
      : 'This token is unknown.';
  return { status: 401, code: 'TOKEN_NEEDED', detail };
}

/** Also closes the connection if a body may follow. */
function refuse(
  { url = '', method, headers: requested }: IncomingMessage,
  outgoing: ServerResponse,
  problem: Problem,
): void {
  const { status, headers, body } = refused(problem, { path: url, cookie: requested.cookie });
  const ends = method === 'GET' || method === 'HEAD' ? {} : { Connection: 'close' };
  outgoing.writeHead(status, { ...SECURITY_HEADERS, ...headers, ...ends });
  outgoing.end(method === 'HEAD' ? undefined : body);
}
