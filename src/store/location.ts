/**
 * Store URLs: `sqlite:provenance.db`, `sqlite:///srv/lab/provenance.db`, `sqlite:/mnt/share/x.db?network=allow`, `postgres://host/db`.
 * Node only.
 * @module
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProvenanceError } from '../errors';

export const DEFAULT_STORE_URL = 'sqlite:provenance.db';

const DEFAULT_POSTGRES_SCHEMA = 'provenance';
/** Connections of one process. */
const POOL_SIZE = 4;

export type StoreLocation =
  /** `network`: the file may lie on a network disk. */
  | { dialect: 'sqlite'; path: string; location: string; network?: 'allow' }
  | { dialect: 'postgres'; url: string; location: string };

/**
 * Reads a store's URL. Equal locations are the same store.
 * @throws STORE_URL_INVALID
 */
export function parseStoreUrl(url: string): StoreLocation {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(url) ?? [];
  switch (scheme?.toLowerCase()) {
    case 'sqlite':
    case 'file':
      return sqliteLocation(rest!, scheme!);
    case 'postgres':
    case 'postgresql':
      return postgresLocation(url);
    default:
      throw invalid(scheme ? `it begins with '${scheme}:'` : 'it has no scheme');
  }
}

function sqliteLocation(text: string, scheme: string): StoreLocation {
  const [rest = '', query] = splitQuery(text);
  const allowed = query === 'network=allow';
  if (query !== undefined && !allowed)
    throw invalid("only ?network=allow may follow a path (write a '?' in a name as %3F)");
  if (rest === '' || rest === '//' || rest.startsWith(':memory:')) throw invalid('it names no file');
  if (rest.includes('\0')) throw invalid('its path holds a NUL');
  try {
    const path = rest.startsWith('//') ? fileURLToPath(`file:${rest}`) : resolve(decodePath(rest));
    return { dialect: 'sqlite', path, location: `sqlite:${path}`, ...(allowed ? { network: 'allow' } : {}) };
  } catch (cause) {
    throw invalid(`'${scheme}:' is not followed by a path of this machine`, cause);
  }
}

function splitQuery(text: string): [path: string, query?: string] {
  const at = text.indexOf('?');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** `decodeURI` leaves `%3F` as it is. */
function decodePath(path: string): string {
  return path.split(/%3f/i).map(decodeURI).join('?');
}

function postgresLocation(text: string): StoreLocation {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) throw invalid('it is not a URL');
  const { schema } = postgresScope(url);
  const named = schema === DEFAULT_POSTGRES_SCHEMA ? '' : `?schema=${encodeURIComponent(schema)}`;
  return { dialect: 'postgres', url: text, location: `postgres://${url.host}${url.pathname}${named}` };
}

/**
 * Which store of a database a URL names, and how many connections a process may have.
 * @throws STORE_URL_INVALID
 */
export function postgresScope(url: URL): { schema: string; pool_size: number } {
  const schema = url.searchParams.get('schema') ?? DEFAULT_POSTGRES_SCHEMA;
  const pool_size = Number(url.searchParams.get('pool') ?? POOL_SIZE);
  if (schema === '' || Buffer.byteLength(schema) > 63 || schema.includes('\0'))
    throw invalid('its ?schema= must have 1 to 63 bytes');
  if (!Number.isSafeInteger(pool_size) || pool_size < 1 || pool_size > 100)
    throw invalid('its ?pool= must be a number from 1 to 100');
  return { schema, pool_size };
}

function invalid(why: string, cause?: unknown): ProvenanceError {
  return new ProvenanceError(
    'STORE_URL_INVALID',
    `The store URL is not usable: ${why}. Write sqlite:<path> or postgres://<host>/<database>.`,
    { cause },
  );
}
