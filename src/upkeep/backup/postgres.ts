/**
 * Exports one snapshot of a PostgreSQL store into a SQLite file. It covers the tables that `transfer/` moves the other way. Node
 * only.
 * @module
 */
import type { StoreLocation } from '../../store/place/location';
import { type Client, Connections } from '../../store/postgres/connection/connection';
import { storeError } from '../../store/postgres/connection/errors';
import { readIdentity } from '../../store/postgres/identity/migrate';
import { movingTables } from '../../store/records';
import type { StoredTable } from '../../store/records/table';
import { type Database, openDatabase } from '../../store/sqlite/connection/connection';
import { migrate } from '../../store/sqlite/identity/migrate';
import { sourceRow } from '../transfer/rows';

const ROWS_PER_FETCH = 1_000;

/** @param path an empty file */
export async function exportPostgres(
  place: Extract<StoreLocation, { dialect: 'postgres' }>,
  path: string,
): Promise<void> {
  const connections = new Connections({ ...place, mode: 'read' });
  const target = openDatabase(path, `sqlite:${path}`, { mode: 'write', create: false });
  try {
    await readIdentity(connections);
    migrate(target, `sqlite:${path}`);
    await connections.transaction((client) => exportAll(client, target), { snapshot: true });
  } catch (error) {
    throw storeError(error, connections);
  } finally {
    target.close();
    await connections.close();
  }
}

async function exportAll(client: Client, target: Database): Promise<void> {
  // No other process uses the file, and an unfinished one is deleted.
  target.pragma('synchronous = OFF');
  target.pragma('foreign_keys = 0');
  target.exec('BEGIN');
  const { rows } = await client.query('SELECT storage_id, state_id, created_time, creator FROM storage');
  target.exec('DELETE FROM storage');
  target
    .prepare('INSERT INTO storage (one, storage_id, state_id, created_time, creator) VALUES (1, ?, ?, ?, ?)')
    .run(rows[0].storage_id, rows[0].state_id, rows[0].created_time, rows[0].creator);
  for (const table of movingTables()) await exportTable(client, target, table);
  target.exec('COMMIT');
}

async function exportTable(client: Client, target: Database, table: StoredTable): Promise<void> {
  const columns = Object.keys(table.columns);
  const places = columns.map(() => '?').join(', ');
  // Rows from the migration are replaced by those of the store.
  if (table.derived) target.exec(`DELETE FROM ${table.name}`);
  const insert = target.prepare(`INSERT INTO ${table.name} (${columns.join(', ')}) VALUES (${places})`);
  await client.query(`DECLARE rows NO SCROLL CURSOR FOR SELECT ${columns.join(', ')} FROM ${table.name}`);
  for (;;) {
    const { rows } = await client.query<unknown[]>({
      text: `FETCH ${ROWS_PER_FETCH} FROM rows`,
      rowMode: 'array',
    });
    for (const row of rows) insert.run(...sourceRow(table, row));
    if (rows.length === 0) break;
  }
  await client.query('CLOSE rows');
}
