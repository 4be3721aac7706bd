/**
 * Deletes derived rows of runs that are deleted. Their links stay, because tombstones name the runs. Rows about the data that
 * they used or generated stay too, because links of other runs were derived from them. If data is to be forgotten, names of data
 * that no other run uses are deleted. Node only.
 * @module
 */
import { textDigest } from '../store/integrity/digests';
import { runNode, versionNode } from '../store/link-nodes';
import { digest } from '../store/records/data';
import { marks, type UpkeepTransaction } from './database';

/** Paths in arguments and results belong only to these runs, and nothing more is derived from them. */
export async function removeDerived(transaction: UpkeepTransaction, seqs: readonly number[]): Promise<void> {
  const nodes = seqs.map(runNode);
  await removePaths(transaction, nodes);
  await transaction.query(`DELETE FROM wanted_link WHERE later IN (${marks(nodes)})`, nodes);
  await transaction.query(`DELETE FROM link_todo WHERE seq IN (${marks(seqs)})`, seqs);
  await transaction.query(`UPDATE run_data SET paths = NULL WHERE seq IN (${marks(seqs)})`, seqs);
}

/** Deletes the JSON paths at which the ends of links were found. */
async function removePaths(transaction: UpkeepTransaction, nodes: readonly number[]): Promise<void> {
  await transaction.query(`DELETE FROM link_path WHERE later IN (${marks(nodes)})`, nodes);
  const links = await transaction.query<{ earlier: number; later: number }>(
    `SELECT DISTINCT earlier, later FROM link WHERE earlier IN (${marks(nodes)})`,
    nodes,
  );
  for (const { earlier, later } of links)
    await transaction.query('DELETE FROM link_path WHERE later = ? AND earlier = ?', [later, earlier]);
}

/** Returns the versions that runs used or generated. */
export async function versionsOf(transaction: UpkeepTransaction, seqs: readonly number[]): Promise<number[]> {
  const rows = await transaction.query<{ id: number }>(
    `SELECT DISTINCT version_id AS id FROM run_data WHERE seq IN (${marks(seqs)})`,
    seqs,
  );
  return rows.map(({ id }) => id);
}

/**
 * Deletes versions that no run and no collection has any more, with their links, digests, names and contents. The members of a
 * deleted collection are checked next.
 */
export async function removeVersions(
  transaction: UpkeepTransaction,
  ids: readonly number[],
  reason: string,
): Promise<void> {
  const left = [...ids];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (await isHeld(transaction, id)) continue;
    const members = await transaction.query<{ member: number }>(
      'SELECT member FROM member WHERE collection = ?',
      [id],
    );
    await removeVersion(transaction, id, reason);
    left.push(...members.map(({ member }) => member));
  }
}

async function isHeld(transaction: UpkeepTransaction, id: number): Promise<boolean> {
  const rows = await transaction.query(
    `SELECT 1 AS one FROM run_data d JOIN run r ON r.seq = d.seq WHERE d.version_id = ?
     UNION ALL SELECT 1 FROM member WHERE member = ? LIMIT 1`,
    [id, id],
  );
  return rows.length > 0;
}

interface GoingVersion {
  [column: string]: string | number | null;
  artifact_id: number;
  content_id: number | null;
  uri_digest: string;
  signature: string;
}

async function removeVersion(transaction: UpkeepTransaction, id: number, reason: string): Promise<void> {
  const [version] = await transaction.query<GoingVersion>(
    `SELECT v.artifact_id, v.content_id, v.signature, a.uri_digest FROM version v JOIN artifact a ON a.id = v.artifact_id
     WHERE v.id = ?`,
    [id],
  );
  if (!version) return;
  await forgetVersion(transaction, id);
  await removeDigest(transaction, version, reason);
  await removeName(transaction, version);
}

/** Deletes a version with everything that was derived from it. Facts that name it stay. */
export async function forgetVersion(transaction: UpkeepTransaction, id: number): Promise<void> {
  const node = versionNode(id);
  await removePaths(transaction, [node]);
  await transaction.query('DELETE FROM link WHERE earlier = ?', [node]);
  await transaction.query('DELETE FROM link WHERE later = ?', [node]);
  await transaction.query('DELETE FROM member WHERE collection = ? OR member = ?', [id, id]);
  await transaction.query('DELETE FROM run_data WHERE version_id = ?', [id]);
  await transaction.query('DELETE FROM version WHERE id = ?', [id]);
}

async function removeName(
  transaction: UpkeepTransaction,
  { artifact_id, content_id }: GoingVersion,
): Promise<void> {
  const unused = (column: string) => `NOT EXISTS (SELECT 1 FROM version v WHERE v.${column} = ?)`;
  const artifact = `DELETE FROM artifact WHERE id = ? AND ${unused('artifact_id')}`;
  await transaction.query(artifact, [artifact_id, artifact_id]);
  if (content_id === null) return;
  // Runs that used the same content have lost a possible producer.
  await transaction.query(
    `INSERT INTO link_todo SELECT DISTINCT d.seq FROM version v JOIN run_data d ON d.version_id = v.id JOIN run r ON r.seq = d.seq
     WHERE v.content_id = ? ON CONFLICT DO NOTHING`,
    [content_id],
  );
  const content = `DELETE FROM content WHERE id = ? AND ${unused('content_id')}`;
  await transaction.query(content, [content_id, content_id]);
}

/** A digest is a fact of its own, so it leaves a tombstone. */
async function removeDigest(
  transaction: UpkeepTransaction,
  { uri_digest, signature }: GoingVersion,
  reason: string,
): Promise<void> {
  const rows = await transaction.query<{ id: number; time: number; document: string }>(
    'SELECT id, time, document FROM digest WHERE uri_digest = ? AND signature = ?',
    [uri_digest, signature],
  );
  for (const { id, time, document } of rows) {
    const { what } = digest.table.chained!;
    const tombstone = { what, ref: id, name: uri_digest, document_time: time, reason };
    await transaction.writeTombstone({ ...tombstone, digest: textDigest(document) });
    await transaction.query('DELETE FROM digest WHERE id = ?', [id]);
  }
}
