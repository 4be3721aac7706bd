/**
 * Purges start documents. Runs receive the edited metadata set (merged with an equal one, if any). Tombstones contain the digests
 * of the starts from before and after the purge. Node only.
 * @module
 */
import type { Json, JsonObject } from '../../model/json';
import { metadataDigest, type StartRow, startDigest } from '../../store/integrity/digests';
import type { MetadataDocument } from '../../store/metadata-index/varying';
import type { Row, UpkeepDatabase, UpkeepTransaction } from '../database';
import { removeSets } from '../remove-runs';
import { addEntries, entriesOfRun, entriesOfSet, removeEntries, slotsOf } from '../search-entries';
import { addValues, removeValues } from '../value-entries';
import type { PurgeEdit } from './edits';

interface FoundStart extends Row {
  seq: number;
  uid: string;
  time: number;
  scan_id: number | null;
  metadata_id: number;
  facts: string;
  own: string | null;
  document: string;
  slots: string | null;
  partial: number | boolean;
  metadata_digest: string;
}

/** A run with its name for people. */
export interface NamedRun {
  uid: string;
  scan_id: number | null;
  activity_type: string;
}

interface EditedStart {
  document: string;
  slots: string | null;
  own: string | null;
  facts: string;
}

const RUNS_PER_TRANSACTION = 200;
/** The number of runs that are listed by name; others are only counted. */
const NAMED = 3;

/** @returns the number of runs that were changed, or would be, and the first of them */
export async function purgeStarts(
  database: UpkeepDatabase,
  edit: PurgeEdit,
  reason: string,
  dry: boolean,
): Promise<{ changed: number; first: NamedRun[] }> {
  let changed = 0;
  const first: NamedRun[] = [];
  for (let after = -1; ; ) {
    const runs = await database.query<FoundStart>(
      `SELECT r.seq, r.uid, r.time, r.scan_id, r.state_id, r.retry_of, r.metadata_id, r.facts, r.own,
         m.document, m.slots, m.partial, m.digest AS metadata_digest
       FROM run r JOIN metadata m ON m.id = r.metadata_id WHERE r.seq > ? ORDER BY r.seq LIMIT ${RUNS_PER_TRANSACTION}`,
      [after],
    );
    const edited = runs.flatMap((run) => {
      const to = editedStart(run, edit);
      return to ? [{ run, to }] : [];
    });
    changed += edited.length;
    first.push(...edited.slice(0, NAMED - first.length).map(({ run }) => nameOf(run)));
    if (!dry && edited.length > 0) {
      await database.transaction(async (transaction) => {
        const seqs = edited.map(({ run }) => run.seq);
        await removeValues(transaction, database.dialect, seqs);
        for (const { run, to } of edited) await replaceStart(transaction, database.dialect, run, to, reason);
        await addValues(transaction, database.dialect, seqs);
        await removeSets(transaction, database.dialect, [
          ...new Set(edited.map(({ run }) => run.metadata_id)),
        ]);
      });
    }
    if (runs.length < RUNS_PER_TRANSACTION) return { changed, first };
    after = runs.at(-1)!.seq;
  }
}

function nameOf({ uid, scan_id, facts }: FoundStart): NamedRun {
  const { temporal } = JSON.parse(facts) as { temporal: { activity_type: string } };
  return { uid, scan_id, activity_type: temporal.activity_type };
}

/** Returns the edited start; undefined if nothing changes. */
function editedStart(run: FoundStart, edit: PurgeEdit): EditedStart | undefined {
  const facts = edit.column('run', 'facts', run.facts, run);
  const slots = slotsOf(run.slots);
  const document = JSON.parse(run.document) as MetadataDocument;
  const own = run.own === null ? [] : (JSON.parse(run.own) as Json[]);
  for (const [index, [section, key]] of slots.entries()) document[section]![key] = own[index]!;
  const whole = edit.metadata(document);
  if (whole === document) return facts === run.facts ? undefined : { ...run, facts };
  // Slots stay slots, unless their key was removed.
  const left = slots.filter(([section, key]) => Object.hasOwn(whole[section] ?? {}, key));
  const values = left.map(([section, key]) => whole[section]![key]!);
  const shared = structuredClone(whole) as { fields: JsonObject; shadowed?: JsonObject };
  for (const [section, key] of left) shared[section]![key] = null;
  return {
    document: JSON.stringify(shared),
    slots: left.length === 0 ? null : JSON.stringify(left),
    own: left.length === 0 ? null : JSON.stringify(values),
    facts,
  };
}

async function replaceStart(
  transaction: UpkeepTransaction,
  dialect: UpkeepDatabase['dialect'],
  run: FoundStart,
  to: EditedStart,
  reason: string,
): Promise<void> {
  const metadata_digest = metadataDigest(to.document, to.slots);
  const metadata_id = await setOf(transaction, dialect, metadata_digest, to, run.partial);
  await removeEntries(transaction, dialect, 'run_field', run.seq, entriesOfRun(run.slots, run.own));
  await transaction.query('UPDATE run SET metadata_id = ?, facts = ?, own = ? WHERE seq = ?', [
    metadata_id,
    to.facts,
    to.own,
    run.seq,
  ]);
  await addEntries(transaction, dialect, 'run_field', run.seq, entriesOfRun(to.slots, to.own));
  const before = run as unknown as StartRow;
  await transaction.writeTombstone({
    what: 'start',
    ref: run.seq,
    name: run.uid,
    document_time: run.time,
    digest: startDigest(before),
    replacement: startDigest({ ...before, metadata_digest, facts: to.facts, own: to.own }),
    reason,
  });
}

async function setOf(
  transaction: UpkeepTransaction,
  dialect: UpkeepDatabase['dialect'],
  digest: string,
  { document, slots }: EditedStart,
  partial: number | boolean,
): Promise<number> {
  const [known] = await transaction.query<{ id: number }>('SELECT id FROM metadata WHERE digest = ?', [
    digest,
  ]);
  if (known) return known.id;
  const [made] = await transaction.query<{ id: number }>(
    'INSERT INTO metadata (digest, document, slots, partial) VALUES (?, ?, ?, ?) RETURNING id',
    [digest, document, slots, dialect === 'postgres' ? Boolean(partial) : Number(partial)],
  );
  await addEntries(transaction, dialect, 'metadata_field', made!.id, entriesOfSet(document, slots));
  return made!.id;
}
