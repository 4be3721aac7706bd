/**
 * Opens stores by URL. The driver of a dialect is loaded only when a store of it is opened. Node only.
 * @module
 */
import { checkFileSystem, type FileSystemCheck } from './place/file-system';
import { parseStoreUrl } from './place/location';
import type { Store } from './store';

interface OpenStoreOptions extends FileSystemCheck {
  /** @defaultValue 'write' */
  mode?: 'read' | 'write';
  /** Create it when it is missing; only with `mode: 'write'`. @defaultValue true */
  create?: boolean;
  /** When a server of a database gives up a statement by itself, a little later than this. @defaultValue half a minute */
  limit_ms?: number;
}

/**
 * Opens a store, bringing its schema up to date when it is to be written.
 * @throws (rejects) STORE_URL_INVALID, STORE_UNREACHABLE, STORE_CORRUPT, STORE_SCHEMA_NEWER, STORE_BUSY, NATIVE_MISSING
 */
export async function openStore(url: string, options: OpenStoreOptions = {}): Promise<Store> {
  const place = parseStoreUrl(url);
  if (place.dialect === 'postgres') {
    const { openPostgresStore } = await import('./postgres/store.js');
    const { mode, create, limit_ms } = options;
    return await openPostgresStore({ ...place, mode, create, limit_ms });
  }
  if (options.mode !== 'read') await checkFileSystem(place, options);
  const { openSqliteStore } = await import('./sqlite/store.js');
  return await openSqliteStore({
    path: place.path,
    location: place.location,
    mode: options.mode ?? 'write',
    create: options.create ?? true,
  });
}
