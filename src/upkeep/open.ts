/**
 * Opens a store for its owner by URL. The code of a dialect is loaded only if needed. Node only.
 * @module
 */
import { parseStoreUrl } from '../store/place/location';
import type { Statements, UpkeepDatabase } from './database';

/**
 * Opens a store only for reading.
 * @throws (rejects) as `openStore`
 */
export async function openForReading(url: string): Promise<Statements & { close(): Promise<void> }> {
  const place = parseStoreUrl(url);
  if (place.dialect === 'postgres') {
    const { readPostgres } = await import('./postgres-database.js');
    return readPostgres(place);
  }
  const { readSqlite } = await import('./sqlite-database.js');
  return readSqlite(place);
}

/**
 * Opens an existing store for upkeep, after upgrading its schema.
 * @throws (rejects) as `openStore`
 */
export async function openUpkeep(url: string): Promise<UpkeepDatabase> {
  const place = parseStoreUrl(url);
  if (place.dialect === 'postgres') {
    const { openPostgresUpkeep } = await import('./postgres-database.js');
    return openPostgresUpkeep(place);
  }
  const { openSqliteUpkeep } = await import('./sqlite-database.js');
  return openSqliteUpkeep(place);
}
