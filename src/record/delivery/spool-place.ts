/**
 * Where a store's spool lies when nobody says: beside a SQLite file, else in the user's state folder under a name made of the
 * store's location. Node only.
 * @module
 */
import { createHash } from 'node:crypto';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { parseStoreUrl } from '../../store/place/location';

/** The spool as a lab wants it. */
export interface SpoolPlace {
  /** A folder of its own on a local disk. */
  folder?: string;
  /** Bytes that all records in it may take, over all processes. @defaultValue 256 MiB */
  maxBytes?: number;
}

/**
 * Folder of the spool of a store. It is not made.
 * @throws STORE_URL_INVALID
 */
export function spoolFolder(storeUrl: string, folder?: string): string {
  if (folder !== undefined) return resolve(folder);
  const place = parseStoreUrl(storeUrl);
  if (place.dialect === 'sqlite') return `${place.path}.spool`;
  const name = createHash('sha256').update(place.location).digest('hex').slice(0, 16);
  return join(stateFolder(), 'temporal-provenance', 'spool', name);
}

function stateFolder(): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_STATE_HOME?.startsWith('/')) return XDG_STATE_HOME;
  if (process.platform === 'win32' && LOCALAPPDATA) return LOCALAPPDATA;
  try {
    return join(homedir(), '.local', 'state');
  } catch {
    // A user without a home: better a folder that may go away than none.
    return join(tmpdir(), `temporal-provenance-${userInfo({ encoding: 'utf8' }).uid}`);
  }
}
