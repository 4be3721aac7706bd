/**
 * The default place of a store's spool: next to a SQLite file, otherwise in the user's state folder under a name derived from the
 * store's location. Node only.
 * @module
 */
import { createHash } from 'node:crypto';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { parseStoreUrl } from '../../store/place/location';

/** A lab's options for the spool. */
export interface SpoolPlace {
  /** A dedicated folder on a local disk. */
  folder?: string;
  /** The highest number of bytes of all its records, over all processes. @defaultValue 256 MiB */
  maxBytes?: number;
}

/**
 * Returns the folder of a store's spool. It is not created.
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
    // A user without a home folder gets a temporary folder, which is better than none.
    return join(tmpdir(), `temporal-provenance-${userInfo({ encoding: 'utf8' }).uid}`);
  }
}
