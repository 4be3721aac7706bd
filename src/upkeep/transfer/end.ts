/**
 * Concludes a copy in PostgreSQL after all rows have arrived. The copy becomes the store itself, a new store that began as a
 * copy, or the restored lost store. Node only.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { type StoreIdentity, type StoreVersion, stateAfterRestore } from '../../store/identity';
import type { Client, Connections } from '../../store/postgres/connection/connection';
import { notePlace } from '../../store/postgres/identity/place';
import type { TransferSource } from './source';

/** Sets the final identity of the copy. */
export async function conclude(
  connections: Connections,
  source: TransferSource,
  restore: boolean,
): Promise<StoreVersion> {
  const { storage_id, state_id, copied_time } = source.identity;
  if (restore) {
    const since = copied_time ?? statSync(source.place.path).mtimeMs / 1000;
    const next = stateAfterRestore(state_id, since);
    await connections.query({ text: 'UPDATE storage SET state_id = $1', values: [next] });
    await notePlace(connections, 'restored');
    return { storage_id, state_id: next };
  }
  if (copied_time !== undefined) {
    const own = randomUUID();
    await connections.transaction((client) => fork(client, own, source.identity));
    await notePlace(connections, 'forked');
    return { storage_id: own, state_id };
  }
  await connections.transaction((client) => noteSource(client, source));
  await notePlace(connections, 'moved');
  return { storage_id, state_id };
}

async function fork(client: Client, own: string, identity: StoreIdentity): Promise<void> {
  const { storage_id, state_id, created_time, creator } = identity;
  // The identity is normally never changed, but a store that is not in use yet may get another one.
  await client.query('DELETE FROM storage');
  await client.query('INSERT INTO storage VALUES (1, $1, $2, $3, $4)', [
    own,
    state_id,
    created_time,
    JSON.stringify(creator),
  ]);
  await client.query('INSERT INTO origin (state_id, storage_id, time) VALUES ($1, $2, $3)', [
    state_id,
    storage_id,
    Date.now() / 1000,
  ]);
}

/** The source file is recorded as an earlier place, so that the spool of its workers is found. */
async function noteSource(client: Client, { identity, place, location }: TransferSource): Promise<void> {
  const { rows } = await client.query('SELECT 1 FROM place WHERE storage_id = $1 AND file = $2', [
    identity.storage_id,
    place.file,
  ]);
  if (rows.length > 0) return;
  await client.query(
    `INSERT INTO place (storage_id, state_id, file, host, path, time, how) VALUES ($1, $2, $3, $4, $5, $6, 'first')`,
    [identity.storage_id, identity.state_id, place.file, place.host, location, Date.now() / 1000],
  );
}
