/**
 * Requests as bytes, for what no client library sends. For tests of the server.
 * @module
 */
import { connect, type Socket } from 'node:net';

/** A response as it came. */
export interface RawResponse {
  status: number;
  /** By lower-case name. */
  headers: Record<string, string>;
  text: string;
}

/** Sends text and reads until the server ends the connection. `address`: `http://127.0.0.1:PORT`. */
export function sendRaw(address: string, text: string): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const socket = openSocket(address);
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (part) => {
      received += part;
    });
    socket.on('error', (error) => (received === '' ? reject(error) : undefined));
    socket.on('close', () => resolve(parsed(received)));
    socket.write(text);
  });
}

/** A connection on which nothing was sent yet. */
export function openSocket(address: string): Socket {
  const { hostname, port } = new URL(address);
  return connect(Number(port), hostname);
}

/** A GET that ends its connection, with the headers that are given and no others. */
export function getText(path: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

function parsed(received: string): RawResponse {
  const [head = '', ...body] = received.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    status: Number(first.split(' ')[1] ?? 0),
    headers: Object.fromEntries(headers),
    text: body.join('\r\n\r\n'),
  };
}
