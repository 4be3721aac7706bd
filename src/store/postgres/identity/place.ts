/**
 * The place of a PostgreSQL store: its cluster, database and schema. A dump that is restored elsewhere has other ones. Node only.
 * @module
 */
import type { StorePlace } from '../../identity';
import { type Connections, quoteName } from '../connection/connection';
import { checkRevision } from './migrate';

/** Records the place, unless it is the last recorded one. A role without this right leaves it to others. */
export async function notePlace(connections: Connections, how: StorePlace['how'] = 'found'): Promise<void> {
  try {
    const file = await currentPlace(connections);
    await connections.query({
      text: `WITH last AS (
          SELECT p.file FROM place p JOIN storage s USING (storage_id) ORDER BY p.id DESC LIMIT 1)
        INSERT INTO place (storage_id, state_id, file, host, path, time, how)
        SELECT storage_id, state_id + 1, $1, coalesce(inet_server_addr()::text, 'local'), $2, $3,
          CASE WHEN $4 = 'found' AND NOT EXISTS (SELECT FROM last) THEN 'first' ELSE $4 END
        FROM storage WHERE NOT EXISTS (SELECT FROM last WHERE file = $1)`,
      values: [file, connections.location, Date.now() / 1000, how],
    });
  } catch {
    // The place is only evidence, so a failure must not prevent writing.
  }
}

/** Returns the places at which the store was written under its identity, in the order of first use. */
export async function readPlaces(connections: Connections): Promise<StorePlace[]> {
  await checkRevision(connections);
  return connections.query<StorePlace>({
    text: `SELECT file, host, path, state_id, time, how FROM place
      WHERE storage_id = (SELECT storage_id FROM storage) ORDER BY id`,
  });
}

/** Returns cluster, database and schema. */
async function currentPlace(connections: Connections): Promise<string> {
  const [row] = await connections.query<{ file: string }>({
    text: `SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
        (SELECT oid FROM pg_database WHERE datname = current_database()), $1::regnamespace::oid) AS file`,
    values: [quoteName(connections.schema)],
  });
  return row!.file;
}
