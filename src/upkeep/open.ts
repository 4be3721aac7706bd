/**
 * Opens a store for its owner, by its URL: each dialect is loaded when it is asked for. Node only.
 * @module
 */
import { parseStoreUrl } from '../store/place/location';
import type { Statements, UpkeepDatabase } from './database';

/**
 * Opens a store to be read alone.
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
 * Opens a store for upkeep. It must exist; a writer's schema is brought up to date first.
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
