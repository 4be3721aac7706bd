/**
 * Takes out what was derived of runs that go. Their links stay over their tombstones, and so do the rows that say which data they met, for
 * links of others were derived by them; names of data that nobody else met go where they are to be forgotten. Node only.
 * @module
 */
import { textDigest } from '../store/integrity/digests';
import { runNode, versionNode } from '../store/link-nodes';
import { digest } from '../store/records/data';
import { marks, type UpkeepTransaction } from './database';

/** Names of arguments and results are the runs' own, and nothing is derived of them any more. */
export async function removeDerived(transaction: UpkeepTransaction, seqs: readonly number[]): Promise<void> {
  const nodes = seqs.map(runNode);
  await removePaths(transaction, nodes);
  await transaction.query(`DELETE FROM wanted_link WHERE later IN (${marks(nodes)})`, nodes);
  await transaction.query(`DELETE FROM link_todo WHERE seq IN (${marks(seqs)})`, seqs);
  await transaction.query(`UPDATE run_data SET paths = NULL WHERE seq IN (${marks(seqs)})`, seqs);
}

/** Where the ends of links were seen. */
async function removePaths(transaction: UpkeepTransaction, nodes: readonly number[]): Promise<void> {
  await transaction.query(`DELETE FROM link_path WHERE later IN (${marks(nodes)})`, nodes);
  const links = await transaction.query<{ earlier: number; later: number }>(
    `SELECT DISTINCT earlier, later FROM link WHERE earlier IN (${marks(nodes)})`,
    nodes,
  );
  for (const { earlier, later } of links)
    await transaction.query('DELETE FROM link_path WHERE later = ? AND earlier = ?', [later, earlier]);
}

/** Versions that runs met. */
export async function versionsOf(transaction: UpkeepTransaction, seqs: readonly number[]): Promise<number[]> {
  const rows = await transaction.query<{ id: number }>(
    `SELECT DISTINCT version_id AS id FROM run_data WHERE seq IN (${marks(seqs)})`,
    seqs,
  );
  return rows.map(({ id }) => id);
}

/**
 * Versions that no run and no collection has any more, with their links, digests, names and contents; members of a collection that goes
 * follow it.
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

/** A version with all that was derived of it. Facts that name it stay. */
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
  // Whoever used the same bytes has one producer less that fits.
  await transaction.query(
    `INSERT INTO link_todo SELECT DISTINCT d.seq FROM version v JOIN run_data d ON d.version_id = v.id JOIN run r ON r.seq = d.seq
     WHERE v.content_id = ? ON CONFLICT DO NOTHING`,
    [content_id],
  );
  const content = `DELETE FROM content WHERE id = ? AND ${unused('content_id')}`;
  await transaction.query(content, [content_id, content_id]);
}

/** A fact of its own: it leaves a tombstone. */
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
    const buried = { what, ref: id, name: uri_digest, document_time: time, reason };
    await transaction.bury({ ...buried, digest: textDigest(document) });
    await transaction.query('DELETE FROM digest WHERE id = ?', [id]);
  }
}
