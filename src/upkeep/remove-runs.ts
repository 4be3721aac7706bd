/**
 * Deletes whole runs from a store, with everything that depends only on them. Each leaves a tombstone. Node only.
 * @module
 */
import { metadataDigest, type StartRow, startDigest, textDigest } from '../store/integrity/digests';
import { TABLES } from '../store/records';
import type { StoredTable } from '../store/records/table';
import { marks, type Row, type UpkeepDatabase, type UpkeepTransaction } from './database';
import { removeDerived, removeVersions, versionsOf } from './remove-data';
import { entriesOfRun, entriesOfSet, removeEntries } from './search-entries';
import { removeValues } from './value-entries';

interface FoundRun extends Row {
  seq: number;
  uid: string;
  time: number;
  scan_id: number | null;
  state_id: number;
  retry_of: string | null;
  metadata_id: number;
  execution_id: number | null;
  facts: string;
  own: string | null;
  slots: string | null;
  metadata_digest: string;
}

/**
 * Deletes the runs in one transaction. `reason` is for people, and is stored.
 * @param data `kept`: names of data stay, and links lead to them. `forgotten`: a name is deleted with the last run that used or
 * generated
 * the data
 */
export async function removeRuns(
  database: UpkeepDatabase,
  seqs: readonly number[],
  reason: string,
  data: 'kept' | 'forgotten' = 'kept',
): Promise<void> {
  if (seqs.length === 0) return;
  await database.transaction(async (transaction) => {
    const runs = await transaction.query<FoundRun>(
      `SELECT r.seq, r.uid, r.time, r.scan_id, r.state_id, r.retry_of, r.metadata_id, r.execution_id, r.facts, r.own,
         m.slots, m.digest AS metadata_digest
       FROM run r JOIN metadata m ON m.id = r.metadata_id WHERE r.seq IN (${marks(seqs)}) ORDER BY r.seq`,
      seqs,
    );
    for (const run of runs) {
      await transaction.writeTombstone({
        what: 'start',
        ref: run.seq,
        name: run.uid,
        document_time: run.time,
        digest: startDigest(run as StartRow),
        reason,
      });
      await removeEntries(
        transaction,
        database.dialect,
        'run_field',
        run.seq,
        entriesOfRun(run.slots, run.own),
      );
    }
    await removeDerived(transaction, seqs);
    await removeValues(transaction, database.dialect, seqs);
    await removeRows(transaction, runs, reason);
    if (data === 'forgotten') await removeVersions(transaction, await versionsOf(transaction, seqs), reason);
    await removeSets(transaction, database.dialect, [...new Set(runs.map(({ metadata_id }) => metadata_id))]);
    const executions = new Set(runs.flatMap(({ execution_id }) => execution_id ?? []));
    await removeExecutions(transaction, [...executions], reason);
  });
}

/**
 * Writes tombstones for final documents that are deleted with their owners (runs, or an execution). `names`: for rows without a
 * name.
 */
async function writeTombstones(
  transaction: UpkeepTransaction,
  { name, key, columns, chained }: StoredTable,
  { column, owners }: { column: string; owners: readonly (string | number)[] },
  reason: string,
  names?: ReadonlyMap<number, string>,
): Promise<void> {
  if (!chained) return;
  const time = columns.time ? 'time' : 'NULL';
  const rows = await transaction.query<{ ref: number; time: number | null; text: string; name: string }>(
    `SELECT ${key[0]} AS ref, ${time} AS time, ${chained.column} AS text, ${chained.named ?? key[0]} AS name FROM ${name}
       WHERE ${column} IN (${marks(owners)}) ORDER BY ${key[0]}`,
    owners,
  );
  for (const row of rows) {
    await transaction.writeTombstone({
      what: chained.what,
      ref: row.ref,
      name: chained.named ? row.name : (names?.get(row.ref) ?? String(row.ref)),
      document_time: row.time,
      digest: textDigest(row.text),
      reason,
    });
  }
}

async function removeRows(
  transaction: UpkeepTransaction,
  runs: readonly FoundRun[],
  reason: string,
): Promise<void> {
  const names = new Map(runs.map(({ seq, uid }) => [seq, uid]));
  const seqs = runs.map(({ seq }) => seq);
  const uids = runs.map(({ uid }) => uid);
  for (const table of TABLES) {
    if (!table.ofRun) continue;
    const { column, by } = table.ofRun;
    const owners = by === 'seq' ? seqs : uids;
    await writeTombstones(transaction, table, { column, owners }, reason, names);
    await transaction.query(`DELETE FROM ${table.name} WHERE ${column} IN (${marks(owners)})`, owners);
  }
  await transaction.query(`DELETE FROM run WHERE seq IN (${marks(seqs)})`, seqs);
}

/** Deletes metadata sets that no run refers to any more. */
export async function removeSets(
  transaction: UpkeepTransaction,
  dialect: UpkeepDatabase['dialect'],
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  const unused = await transaction.query<{ id: number; document: string; slots: string | null }>(
    `SELECT id, document, slots FROM metadata m WHERE id IN (${marks(ids)})
       AND NOT EXISTS (SELECT 1 FROM run r WHERE r.metadata_id = m.id)`,
    ids,
  );
  if (unused.length > 0) await holdHighestSet(transaction, unused);
  for (const { id, document, slots } of unused) {
    await removeEntries(transaction, dialect, 'metadata_field', id, entriesOfSet(document, slots));
    await transaction.query('DELETE FROM metadata WHERE id = ?', [id]);
  }
}

/**
 * If the row with the highest id is deleted, SQLite reuses that id, but workers cache ids of sets. An empty set therefore takes
 * the next id first.
 */
async function holdHighestSet(
  transaction: UpkeepTransaction,
  going: readonly { id: number }[],
): Promise<void> {
  const [highest] = await transaction.query<{ id: number }>('SELECT max(id) AS id FROM metadata');
  if (highest === undefined || !going.some(({ id }) => id === highest.id)) return;
  // Keys are never given twice: docs/design/store.md#taking-out.
  const document = JSON.stringify({ fields: {}, sources: {}, after: highest.id });
  await transaction.query('INSERT INTO metadata (digest, document) VALUES (?, ?)', [
    metadataDigest(document, null),
    document,
  ]);
}

/**
 * Deletes executions without a run if the server's report of their end is recorded, because nothing will be added to them. The
 * newest stays.
 */
async function removeExecutions(
  transaction: UpkeepTransaction,
  ids: readonly number[],
  reason: string,
): Promise<void> {
  if (ids.length === 0) return;
  const found = await transaction.query<{
    id: number;
    run_id: string;
    start_time: number | null;
    settled: string;
  }>(
    `SELECT id, run_id, start_time, settled FROM execution e WHERE id IN (${marks(ids)}) AND settled IS NOT NULL
       AND id < (SELECT max(id) FROM execution)
       AND NOT EXISTS (SELECT 1 FROM run r WHERE r.execution_id = e.id)
       AND NOT EXISTS (SELECT 1 FROM asked_activity a WHERE a.execution_id = e.id) ORDER BY id`,
    ids,
  );
  for (const { id, run_id, start_time, settled } of found) {
    await transaction.writeTombstone({
      what: 'execution',
      ref: id,
      name: run_id,
      document_time: start_time,
      digest: textDigest(settled),
      reason,
    });
    const owners = { id, run_id, owner: `execution ${run_id}` };
    for (const table of TABLES) {
      if (!table.ofExecution) continue;
      const { column, by } = table.ofExecution;
      await writeTombstones(transaction, table, { column, owners: [owners[by]] }, reason);
      await transaction.query(`DELETE FROM ${table.name} WHERE ${column} = ?`, [owners[by]]);
    }
    await transaction.query(
      `DELETE FROM shared_scan WHERE root_run_id = ?
         AND NOT EXISTS (SELECT 1 FROM run r WHERE r.lab_id = shared_scan.lab_id AND r.scan_id = shared_scan.scan_id)`,
      [run_id],
    );
    await transaction.query('DELETE FROM execution WHERE id = ?', [id]);
  }
}
