/**
 * Removes a field, a run or a person from a whole store. Final documents that change leave tombstones with both digests, so
 * `verify` still passes. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import { contentText } from '../../store/content';
import { textDigest } from '../../store/integrity/digests';
import { forgetLinks } from '../../store/links/clear';
import { TABLES } from '../../store/records';
import { stop } from '../../store/records/ends';
import { blob } from '../../store/records/environment';
import { metadata } from '../../store/records/metadata';
import type { StoredTable } from '../../store/records/table';
import type { Row, UpkeepDatabase, UpkeepTransaction } from '../database';
import { removeRuns, removeSets } from '../remove-runs';
import { nameOfRow, pagesOf, tablesWithText, textColumns } from '../text-columns';
import { addValues, removeValues } from '../value-entries';
import type { PurgeEdit } from './edits';
import { purgeNames } from './names';
import { type NamedRun, purgeStarts } from './runs';

/** Rows that were changed or deleted, or would be, by table. */
export interface PurgeResult {
  [table: string]: number;
}

/** Tables that change with a run, in addition to its own. */
const WITH_RUNS = ['metadata', 'metadata_field', 'run_field', 'value_field', 'lab'];

/** Edits every document. After an interruption, a second call continues. `runs`: the first changed runs. */
export async function purge(
  database: UpkeepDatabase,
  edit: PurgeEdit,
  reason: string,
  dry: boolean,
): Promise<{ rows: PurgeResult; runs: NamedRun[] }> {
  const result: PurgeResult = {};
  const note = (table: string, count: number) => {
    if (count > 0) result[table] = (result[table] ?? 0) + count;
  };
  note('stash', await purgeStash(database, edit, dry));
  const { changed, first: runs } = await purgeStarts(database, edit, reason, dry);
  note('run', changed);
  for (const table of tablesWithText()) {
    if (!table.purged) note(table.name, await purgeTable(database, table, edit, reason, dry));
  }
  const names = await purgeNames(database, edit, dry);
  note('artifact', names.artifacts);
  note('json_path', names.paths);
  if (names.collided) await database.transaction(forgetLinks);
  note('metadata', await purgeSets(database, edit, dry));
  note('blob', await purgeFiles(database, edit, reason, dry));
  const tables = Object.keys(result);
  if (!dry && tables.length > 0) await database.compact([...tables, ...WITH_RUNS]);
  return { rows: result, runs };
}

/**
 * Deletes one run with everything that depends on it.
 * @returns rows that were deleted, or would be
 * @throws (rejects) NOT_FOUND; OPTION_INVALID for the newest run, whose place in the store's order must not be reused
 */
export async function purgeRun(
  database: UpkeepDatabase,
  uid: string,
  reason: string,
  dry: boolean,
): Promise<PurgeResult> {
  const [run] = await database.query<{ seq: number; newest: number }>(
    'SELECT seq, (SELECT max(seq) FROM run) AS newest FROM run WHERE uid = ?',
    [uid],
  );
  if (!run) throw new ProvenanceError('NOT_FOUND', `Run ${uid} does not exist.`);
  if (run.seq === run.newest) {
    throw new ProvenanceError(
      'OPTION_INVALID',
      'The newest run of a store can be removed only after another run is recorded, because its place in the order must not be reused.',
    );
  }
  const rows = await hangingOn(database, uid);
  if (dry) return rows;
  await removeRuns(database, [run.seq], reason, 'forgotten');
  await database.compact([...WITH_RUNS, 'run', 'stop', 'settled', ...Object.keys(rows)]);
  return rows;
}

async function hangingOn(database: UpkeepDatabase, uid: string): Promise<PurgeResult> {
  const rows: PurgeResult = { run: 1 };
  for (const { name, ofRun } of TABLES) {
    if (ofRun?.by !== 'uid') continue;
    const text = `SELECT count(*) AS n FROM ${name} WHERE ${ofRun.column} = ?`;
    const [found] = await database.query<{ n: number }>(text, [uid]);
    if (Number(found?.n) > 0) rows[name] = Number(found!.n);
  }
  return rows;
}

/** Removes a key. Workers notice it at the next run by the stash's version. */
async function purgeStash(database: UpkeepDatabase, { stash_key }: PurgeEdit, dry: boolean): Promise<number> {
  if (stash_key === undefined) return 0;
  const rows = await database.query<{ lab_id: number }>('SELECT lab_id FROM stash WHERE key = ?', [
    stash_key,
  ]);
  if (dry || rows.length === 0) return rows.length;
  await database.transaction(async (transaction) => {
    await transaction.query('DELETE FROM stash WHERE key = ?', [stash_key]);
    for (const { lab_id } of rows) await renewStash(transaction, lab_id);
  });
  return rows.length;
}

async function renewStash(transaction: UpkeepTransaction, lab_id: number): Promise<void> {
  await transaction.query('UPDATE lab SET stash_version = stash_version + 1 WHERE id = ?', [lab_id]);
}

async function purgeTable(
  database: UpkeepDatabase,
  table: StoredTable,
  edit: PurgeEdit,
  reason: string,
  dry: boolean,
): Promise<number> {
  let changed = 0;
  for await (const rows of pagesOf(database, table)) {
    const edits = rows.flatMap((row) => {
      const columns = editedColumns(table, row, edit);
      return Object.keys(columns).length > 0 ? [{ row, columns }] : [];
    });
    changed += edits.length;
    if (dry || edits.length === 0) continue;
    await database.transaction(async (transaction) => {
      const seqs = table === stop ? edits.map(({ row }) => row.seq as number) : [];
      if (seqs.length > 0) await removeValues(transaction, database.dialect, seqs);
      for (const { row, columns } of edits) await update(transaction, table, row, columns, reason);
      if (seqs.length > 0) await addValues(transaction, database.dialect, seqs);
    });
  }
  return changed;
}

/** Columns by which rows are found stay unchanged. Otherwise the rows could no longer be found. */
function editedColumns(table: StoredTable, row: Row, edit: PurgeEdit): { [column: string]: string } {
  const edited: { [column: string]: string } = {};
  for (const [column] of textColumns(table)) {
    const text = row[column];
    if (typeof text !== 'string' || table.columns[column]!.names) continue;
    const to = edit.column(table.name, column, text, row);
    if (to !== text) edited[column] = to;
  }
  return edited;
}

async function update(
  transaction: UpkeepTransaction,
  table: StoredTable,
  row: Row,
  columns: { [column: string]: string },
  reason: string,
): Promise<void> {
  const { name, key, chained } = table;
  const names = Object.keys(columns);
  await transaction.query(
    `UPDATE ${name} SET ${names.map((column) => `${column} = ?`).join(', ')} WHERE ${key.map((column) => `${column} = ?`).join(' AND ')}`,
    [...Object.values(columns), ...key.map((column) => row[column]!)],
  );
  if (name === 'stash') await renewStash(transaction, row.lab_id as number);
  if (!chained || columns[chained.column] === undefined) return;
  await transaction.writeTombstone({
    what: chained.what,
    ref: row[key[0]!] as number,
    name: nameOfRow(table, row),
    document_time: null,
    digest: textDigest(String(row[chained.column])),
    replacement: textDigest(columns[chained.column]!),
    reason,
  });
}

/** Edits metadata sets that contain it and that no run refers to. */
async function purgeSets(database: UpkeepDatabase, edit: PurgeEdit, dry: boolean): Promise<number> {
  let found = 0;
  for await (const rows of pagesOf(database, metadata)) {
    const ids = rows.flatMap(({ id, document }) => {
      const parsed = JSON.parse(String(document));
      return edit.metadata(parsed) === parsed ? [] : [id as number];
    });
    found += ids.length;
    if (!dry && ids.length > 0)
      await database.transaction((transaction) => removeSets(transaction, database.dialect, ids));
  }
  return found;
}

/** Files are deleted as a whole. Code can no longer be restored from them. */
async function purgeFiles(
  database: UpkeepDatabase,
  edit: PurgeEdit,
  reason: string,
  dry: boolean,
): Promise<number> {
  let found = 0;
  for await (const rows of pagesOf(database, blob, ['digest', 'bytes'])) {
    const going = rows.filter(({ bytes }) => edit.file(contentText(bytes as Uint8Array)));
    found += going.length;
    if (dry || going.length === 0) continue;
    await database.transaction(async (transaction) => {
      for (const { id, digest } of going) {
        const name = String(digest);
        const bytes = Buffer.from(name.replace(/^sha256:/, ''), 'hex').toString('latin1');
        await transaction.writeTombstone({
          what: 'blob',
          ref: id as number,
          name,
          document_time: null,
          digest: bytes,
          reason,
        });
        await transaction.query('DELETE FROM blob WHERE id = ?', [id!]);
      }
    });
  }
  return found;
}
