/**
 * Opens stores by URL. The driver of a dialect is loaded only if a store of it is opened. Node only.
 * @module
 */
import { checkFileSystem, type FileSystemCheck } from './place/file-system';
import { parseStoreUrl } from './place/location';
import type { Store } from './store';

interface OpenStoreOptions extends FileSystemCheck {
  /** @defaultValue 'write' */
  mode?: 'read' | 'write';
  /** Creates the store if it is missing; only with `mode: 'write'`. @defaultValue true */
  create?: boolean;
  /** The time limit of a statement. A database server aborts it a little later. @defaultValue half a minute */
  limit_ms?: number;
}

/**
 * Opens a store. If it is opened for writing, its schema is upgraded.
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
