/**
 * Purges texts derived from facts: names of data, and JSON paths. Each text has one row, which is found by the text or its
 * digest. If two rows become equal, everything that was derived is derived again. Node only.
 * @module
 */
import { readText, storedText } from '../../store/marked-text';
import { artifact } from '../../store/records/artifact';
import { uriDigest } from '../../store/records/data';
import { jsonPath } from '../../store/records/link';
import type { Row, UpkeepDatabase, UpkeepTransaction } from '../database';
import { forgetVersion } from '../remove-data';
import { pagesOf } from '../text-columns';
import type { PurgeEdit } from './edits';

/**
 * Rows of names that changed, or would change. `collided`: some of them now equal others, so everything that was derived must be
 * derived again.
 */
export interface PurgedNames {
  artifacts: number;
  paths: number;
  collided: boolean;
}

/** Edits the names of data, and the JSON paths of links. */
export async function purgeNames(
  database: UpkeepDatabase,
  edit: PurgeEdit,
  dry: boolean,
): Promise<PurgedNames> {
  const purged: PurgedNames = { artifacts: 0, paths: 0, collided: false };
  for await (const rows of pagesOf(database, artifact, ['uri', 'site_name'])) {
    const edited = rows.flatMap((row) => editedName(row, edit) ?? []);
    purged.artifacts += edited.length;
    if (!dry && (await writeAll(database, edited, writeName))) purged.collided = true;
  }
  for await (const rows of pagesOf(database, jsonPath)) {
    const edited = rows.flatMap((row) => editedPath(row, edit) ?? []);
    purged.paths += edited.length;
    if (!dry && (await writeAll(database, edited, writePath))) purged.collided = true;
  }
  return purged;
}

interface EditedName {
  id: number;
  uri: string;
  site_name: string | null;
}

interface EditedPath {
  id: number;
  path: string;
}

/** Returns the edited name; undefined if nothing changes. */
function editedName({ id, uri, site_name }: Row, edit: PurgeEdit): EditedName | undefined {
  const column = (name: string, text: string) => edit.column(artifact.name, name, readText(text), {});
  const to = {
    id: id as number,
    uri: column('uri', String(uri)),
    site_name: site_name === null ? null : column('site_name', String(site_name)),
  };
  const changed =
    to.uri !== readText(String(uri)) || (to.site_name ?? '') !== readText(String(site_name ?? ''));
  return changed ? to : undefined;
}

function editedPath({ id, path }: Row, edit: PurgeEdit): EditedPath | undefined {
  const text = readText(String(path));
  const to = edit.column(jsonPath.name, 'path', text, {});
  return to === text ? undefined : { id: id as number, path: to };
}

/** @returns true if a row became equal to another one and was deleted */
async function writeAll<Edited>(
  database: UpkeepDatabase,
  edited: readonly Edited[],
  write: (transaction: UpkeepTransaction, edited: Edited) => Promise<boolean>,
): Promise<boolean> {
  if (edited.length === 0) return false;
  return database.transaction(async (transaction) => {
    let collided = false;
    for (const one of edited) collided = (await write(transaction, one)) || collided;
    return collided;
  });
}

async function writeName(
  transaction: UpkeepTransaction,
  { id, uri, site_name }: EditedName,
): Promise<boolean> {
  const digest = uriDigest(uri);
  if (await isTaken(transaction, 'artifact', 'uri_digest', digest, id)) {
    await forgetName(transaction, id);
    return true;
  }
  const [was] = await transaction.query<{ uri_digest: string }>(
    'SELECT uri_digest FROM artifact WHERE id = ?',
    [id],
  );
  await transaction.query('UPDATE artifact SET uri = ?, site_name = ?, uri_digest = ? WHERE id = ?', [
    storedText(uri),
    site_name === null ? null : storedText(site_name),
    digest,
    id,
  ]);
  await transaction.query('UPDATE digest SET uri_digest = ? WHERE uri_digest = ?', [digest, was!.uri_digest]);
  return false;
}

/** Deletes a name that now equals another one. Its versions are derived again from facts, under the other name. */
async function forgetName(transaction: UpkeepTransaction, id: number): Promise<void> {
  const versions = await transaction.query<{ id: number }>('SELECT id FROM version WHERE artifact_id = ?', [
    id,
  ]);
  for (const version of versions) await forgetVersion(transaction, version.id);
  await transaction.query('DELETE FROM artifact WHERE id = ?', [id]);
}

async function writePath(transaction: UpkeepTransaction, { id, path }: EditedPath): Promise<boolean> {
  const collided = await isTaken(transaction, 'json_path', 'path', storedText(path), id);
  if (collided) {
    await transaction.query('DELETE FROM link_path WHERE from_path = ? OR to_path = ?', [id, id]);
    await transaction.query('DELETE FROM json_path WHERE id = ?', [id]);
  } else await transaction.query('UPDATE json_path SET path = ? WHERE id = ?', [storedText(path), id]);
  return collided;
}

async function isTaken(
  transaction: UpkeepTransaction,
  table: string,
  column: string,
  value: string,
  id: number,
): Promise<boolean> {
  const rows = await transaction.query(`SELECT 1 AS one FROM ${table} WHERE ${column} = ? AND id <> ?`, [
    value,
    id,
  ]);
  return rows.length > 0;
}
