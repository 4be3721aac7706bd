/**
 * Store URLs: `sqlite:provenance.db`, `sqlite:///srv/lab/provenance.db`, `sqlite:/mnt/share/x.db?network=allow`, `postgres://host/db`.
 * Node only.
 * @module
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProvenanceError } from '../../errors';
import { readTarget, targetLocation } from '../postgres/connection/target';
import { urlError } from './url-error';

/** The location of a store. Equal `location`s are the same store. It contains no credentials. */
export type StoreLocation =
  /** `network`: the file may be on a network disk. */
  | { dialect: 'sqlite'; path: string; location: string; network?: 'allow' }
  | { dialect: 'postgres'; url: string; location: string };

/**
 * Parses a store's URL. For PostgreSQL, it adds settings of services and `PG…` variables. Equal locations are the same store. A
 * location is a URL of the store without credentials.
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
      throw scheme && !isDrive(scheme) ? invalid(`it begins with '${scheme}:'`) : bare(url);
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

/** `decodeURI` leaves `%3F` unchanged. */
function decodePath(path: string): string {
  return path.split(/%3f/i).map(decodeURI).join('?');
}

function postgresLocation(url: string): StoreLocation {
  return { dialect: 'postgres', url, location: targetLocation(readTarget(url)) };
}

/** `C:\\lab.db` begins with a drive. */
function isDrive(scheme: string): boolean {
  return scheme.length === 1;
}

/** Most likely a path without `sqlite:`. The message does not repeat text that may contain a password. */
function bare(text: string): ProvenanceError {
  if (text === '' || !/^[\w./\\: ~+-]{1,300}$/.test(text)) return invalid('it has no scheme');
  return urlError(
    `'${text}' has no scheme. Write sqlite:${text} for a file, or postgres://<host>/<database>`,
  );
}

function invalid(why: string, cause?: unknown): ProvenanceError {
  return urlError(`${why}. Write sqlite:<path> or postgres://<host>/<database>`, cause);
}
