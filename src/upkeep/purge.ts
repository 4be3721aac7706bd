/**
 * Takes a field, a run or a person out of everything that a store holds. Final documents that change leave tombstones with
 * both digests, so that `verify` still holds. Node only.
 * @module
 */
import { ProvenanceError } from '../errors';
import { contentText } from '../store/content';
import { textDigest } from '../store/integrity/digests';
import type { Row, UpkeepDatabase, UpkeepTransaction } from './database';
import { nameOfRow, PLACES, type Place, pagesOf } from './places';
import type { PurgeEdit } from './purge-edits';
import { type NamedRun, purgeStarts } from './purge-runs';
import { removeRuns, removeSets } from './remove-runs';

/** Rows that were changed or removed, or would be, by table. */
export interface PurgeResult {
  [table: string]: number;
}

/** Starts have a part of their own; names of kinds, labs and fields, and tombstones, are what other rows are found by. */
const ELSEWHERE = new Set([
  'run',
  'metadata',
  'metadata_field',
  'run_field',
  'blob',
  'kind',
  'lab',
  'path',
  'tombstone',
]);
/** What changes with a run, besides the run. */
const WITH_RUNS = ['metadata', 'metadata_field', 'run_field', 'lab'];
/** Columns by which rows are found: changed, nothing would be found again. */
const NAMES = new Set([
  'stash.key',
  'stash_history.key',
  'execution.workflow_id',
  'decision.name',
  'asked_activity.activity_id',
]);

/** Edits every document. Goes on where it was stopped when it is asked for again. `runs`: the first of those that change. */
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
  for (const place of PLACES) {
    if (!ELSEWHERE.has(place.table)) note(place.table, await purgePlace(database, place, edit, reason, dry));
  }
  note('metadata', await purgeSets(database, edit, dry));
  note('blob', await purgeFiles(database, edit, reason, dry));
  const tables = Object.keys(result);
  if (!dry && tables.length > 0) await database.compact([...tables, ...WITH_RUNS]);
  return { rows: result, runs };
}

/**
 * Takes out one run with all that hangs on it.
 * @returns rows that went, or would
 * @throws (rejects) NOT_FOUND; OPTION_INVALID for the newest run, whose place in the store's order must not be given twice
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
  if (!run) throw new ProvenanceError('NOT_FOUND', `There is no run ${uid}.`);
  if (run.seq === run.newest) {
    throw new ProvenanceError(
      'OPTION_INVALID',
      'The newest run of a store is removed once another one is recorded: its place in the order must not be given twice.',
    );
  }
  const rows = await hangingOn(database, uid);
  if (dry) return rows;
  await removeRuns(database, [run.seq], reason);
  await database.compact([...WITH_RUNS, 'run', 'stop', 'settled', 'checkpoint', 'log_line']);
  return rows;
}

async function hangingOn(database: UpkeepDatabase, uid: string): Promise<PurgeResult> {
  const rows: PurgeResult = { run: 1 };
  for (const [table, owner] of [
    ['checkpoint', 'run_start'],
    ['log_line', 'owner'],
  ] as const) {
    const text = `SELECT count(*) AS n FROM ${table} WHERE ${owner} = ?`;
    const [found] = await database.query<{ n: number }>(text, [uid]);
    if (Number(found?.n) > 0) rows[table] = Number(found!.n);
  }
  return rows;
}

/** A key that goes; workers see it at the next run, by the stash's version. */
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

async function purgePlace(
  database: UpkeepDatabase,
  place: Place,
  edit: PurgeEdit,
  reason: string,
  dry: boolean,
): Promise<number> {
  let changed = 0;
  for await (const rows of pagesOf(database, place)) {
    const edits = rows.flatMap((row) => {
      const columns = editedColumns(place, row, edit);
      return Object.keys(columns).length > 0 ? [{ row, columns }] : [];
    });
    changed += edits.length;
    if (dry || edits.length === 0) continue;
    await database.transaction(async (transaction) => {
      for (const { row, columns } of edits) await update(transaction, place, row, columns, reason);
    });
  }
  return changed;
}

function editedColumns({ table, columns }: Place, row: Row, edit: PurgeEdit): { [column: string]: string } {
  const edited: { [column: string]: string } = {};
  for (const column of Object.keys(columns)) {
    const text = row[column];
    if (typeof text !== 'string' || NAMES.has(`${table}.${column}`)) continue;
    const to = edit.column(table, column, text, row);
    if (to !== text) edited[column] = to;
  }
  return edited;
}

/** Columns whose text the chain has, and what it calls them. */
const FINAL: Readonly<Record<string, readonly [column: string, what: string]>> = {
  stop: ['document', 'stop'],
  settled: ['document', 'settled'],
  execution: ['settled', 'execution'],
  environment: ['document', 'environment'],
};

async function update(
  transaction: UpkeepTransaction,
  place: Place,
  row: Row,
  columns: { [column: string]: string },
  reason: string,
): Promise<void> {
  const names = Object.keys(columns);
  await transaction.query(
    `UPDATE ${place.table} SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE ${place.key.map((name) => `${name} = ?`).join(' AND ')}`,
    [...Object.values(columns), ...place.key.map((name) => row[name]!)],
  );
  if (place.table === 'stash') await renewStash(transaction, row.lab_id as number);
  const final = FINAL[place.table];
  if (!final || columns[final[0]] === undefined) return;
  const [column, what] = final;
  await transaction.bury({
    what,
    ref: row[place.key[0]!] as number,
    name: nameOfRow(place, row),
    document_time: null,
    digest: textDigest(String(row[column])),
    replacement: textDigest(columns[column]!),
    reason,
  });
}

/** Metadata sets that hold it though no run refers to them. */
async function purgeSets(database: UpkeepDatabase, edit: PurgeEdit, dry: boolean): Promise<number> {
  let found = 0;
  const place: Place = { table: 'metadata', key: ['id'], columns: { document: 'json' } };
  for await (const rows of pagesOf(database, place)) {
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

/** A file is a whole: it goes, and what it restored can't be restored any more. */
async function purgeFiles(
  database: UpkeepDatabase,
  edit: PurgeEdit,
  reason: string,
  dry: boolean,
): Promise<number> {
  let found = 0;
  const place: Place = { table: 'blob', key: ['id'], columns: { digest: 'text', bytes: 'bytes' } };
  for await (const rows of pagesOf(database, place)) {
    const going = rows.filter(({ bytes }) => edit.file(contentText(bytes as Uint8Array)));
    found += going.length;
    if (dry || going.length === 0) continue;
    await database.transaction(async (transaction) => {
      for (const { id, digest } of going) {
        const name = String(digest);
        const bytes = Buffer.from(name.replace(/^sha256:/, ''), 'hex').toString('latin1');
        await transaction.bury({
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
