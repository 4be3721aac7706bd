/**
 * A door as Temporal Cloud has it, in front of a plain server: TLS with a client certificate, an API key and a namespace on every
 * call. Certificates are made by openssl.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import {
  type ClientHttp2Session,
  connect,
  createSecureServer,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';

export interface Certificates {
  ca: string;
  server: { cert: string; key: string };
  client: { cert: string; key: string };
}

/** Paths of an authority, a server's certificate for localhost and a client's, made in a folder. */
export function makeCertificates(folder: string): Certificates {
  const path = (name: string) => join(folder, name);
  const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'pipe' });
  const newKey = (name: string, subject: string) => [
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    path(`${name}.key`),
    '-subj',
    `/CN=${subject}`,
  ];
  openssl(...newKey('ca', 'Lab authority'), '-x509', '-days', '2', '-out', path('ca.pem'));
  writeFileSync(path('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1');
  for (const [name, subject] of [
    ['server', 'localhost'],
    ['client', 'lab worker'],
  ] as const) {
    openssl(...newKey(name, subject), '-out', path(`${name}.csr`));
    const authority = ['-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-CAcreateserial', '-days', '2'];
    const files = ['-in', path(`${name}.csr`), '-out', path(`${name}.pem`), '-extfile', path('names')];
    openssl('x509', '-req', ...authority, ...files);
  }
  const pair = (name: string) => ({ cert: path(`${name}.pem`), key: path(`${name}.key`) });
  return { ca: path('ca.pem'), server: pair('server'), client: pair('client') };
}

/** One call that came through the door. */
export interface SeenCall {
  method: string;
  authorization?: string;
  namespace?: string;
  client: string;
}

export interface TlsProxy {
  address: string;
  calls: SeenCall[];
  close(): Promise<void>;
}

/** Opens the door; calls without the right key are turned away, connections without a certificate as well. */
export async function startTlsProxy(
  target: string,
  certificates: Certificates,
  apiKey: string,
): Promise<TlsProxy> {
  const calls: SeenCall[] = [];
  const upstream = connect(`http://${target}`);
  const sessions = new Set<Http2Session>();
  const server = createSecureServer({
    key: readFileSync(certificates.server.key),
    cert: readFileSync(certificates.server.cert),
    ca: readFileSync(certificates.ca),
    requestCert: true,
    rejectUnauthorized: true,
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    const socket = stream.session?.socket as TLSSocket | undefined;
    calls.push({
      method: String(headers[':path']).split('/').at(-1) ?? '',
      authorization: headers.authorization,
      namespace: headers['temporal-namespace'] as string | undefined,
      client: String(socket?.getPeerCertificate().subject.CN),
    });
    if (headers.authorization === `Bearer ${apiKey}`) forward(stream, headers, upstream);
    else turnAway(stream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `localhost:${port}`,
    calls,
    async close() {
      for (const session of sessions) session.destroy();
      upstream.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function turnAway(stream: ServerHttp2Stream): void {
  const unauthenticated = { 'grpc-status': '16', 'grpc-message': 'no such key' };
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', ...unauthenticated },
    { endStream: true },
  );
}

function forward(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  upstream: ClientHttp2Session,
): void {
  const { authorization: _, ...rest } = headers;
  const call = upstream.request({ ...rest, ':scheme': 'http' });
  let trailers: IncomingHttpHeaders | undefined;
  call.on('response', (answer) => {
    if (stream.destroyed) return;
    // An answer that is nothing but a status ends with its headers.
    if (answer['grpc-status'] !== undefined) stream.respond(answer, { endStream: true });
    else stream.respond(answer, { waitForTrailers: true });
  });
  call.on('trailers', (last) => {
    trailers = last;
  });
  stream.on('wantTrailers', () => {
    if (trailers) stream.sendTrailers(trailers);
    else stream.close();
  });
  stream.on('close', () => call.close());
  for (const end of [stream, call]) end.on('error', () => undefined);
  stream.pipe(call);
  call.pipe(stream);
}
