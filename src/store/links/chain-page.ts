/**
 * Facts that were recorded since the last page, as the chain lists them, and the runs whose links they change. Node only.
 * @module
 */
import { LINK_KINDS } from '../../model/link';
import { readEntries } from '../integrity/digests';
import { runNodeSql, runOfNodeSql } from '../link-nodes';
import { type Affected, addRuns, resolveSpreads } from './affected';
import { documentsOfStarts, takeStarts } from './chain-starts';
import { takeDataDocuments } from './data-documents';
import { keyList, type LinkDatabase } from './database';
import { digestsById, takeDigests } from './digest-documents';
import { type Holdings, readHoldings } from './holdings';
import { addRepeaters } from './run-data';

/** Chain links per read: each lists up to some hundred documents. */
const CHAIN_ROWS = 64;

/** Keys of documents by their kind. */
type Entries = ReadonlyMap<string, number[]>;

/**
 * Reads the documents of the next chain links into tables.
 * @returns the number of documents; 0 at the end of the chain
 */
export async function takeChainPage(db: LinkDatabase, affected: Affected, limit: number): Promise<number> {
  const { entries, count, n } = await nextEntries(db, limit);
  if (n === undefined) return 0;
  const of = (what: string) => entries.get(what) ?? [];
  const held = await readHoldings(db);
  await takeStarts(db, affected, held, of('start'));
  const documents = held.data ? await documentsOfStarts(db, of('start')) : [];
  const data = new Set([...of('data'), ...documents]);
  await takeDataDocuments(db, affected, [...data]);
  await takeDigests(db, affected, await digestsById(db, of('digest')));
  await takeEnds(db, affected, held, 'stop', of('stop'));
  await takeEnds(db, affected, held, 'settled', of('settled'));
  if (held.values || data.size > 0) await addRepeaters(db, affected, of('settled'));
  await takeOrigins(db, affected, held, of('origins'));
  await takeExecutions(db, affected, held, of('execution'));
  await resolveSpreads(db, affected);
  await db.query('UPDATE linker SET chain_n = ?', n);
  return Math.max(1, count);
}

async function nextEntries(
  db: LinkDatabase,
  limit: number,
): Promise<{ entries: Entries; count: number; n?: number }> {
  const rows = await db.query<{ n: number; entries: Uint8Array }>(
    'SELECT n, entries FROM chain WHERE n > (SELECT chain_n FROM linker) ORDER BY n LIMIT ?',
    CHAIN_ROWS,
  );
  const entries = new Map<string, number[]>();
  let count = 0;
  let n: number | undefined;
  for (const row of rows) {
    if (count >= limit) break;
    n = row.n;
    for (const { kind, ref } of readEntries(row.entries) ?? []) {
      const refs = entries.get(kind);
      if (refs) refs.push(ref);
      else entries.set(kind, [ref]);
      count++;
    }
  }
  return { entries, count, n };
}

/**
 * The SQL joins for each kind of end. An end can show that an attempt produced its activity's result. For a local activity it can
 * also show that the attempt did not.
 */
const ENDS = {
  settled:
    'CROSS JOIN settled s CROSS JOIN run r CROSS JOIN kind k WHERE s.seq = x.key AND r.seq = s.seq AND k.id = r.kind_id',
  stop: "CROSS JOIN stop s CROSS JOIN run r CROSS JOIN kind k WHERE s.seq = x.key AND r.seq = s.seq AND k.id = r.kind_id AND k.is_local AND s.exit_status = 'success'",
} as const;

/** Adds the runs that wait for the activity's result, and the runs linked to another run of that activity. */
async function takeEnds(
  db: LinkDatabase,
  affected: Affected,
  { links, waiting }: Holdings,
  end: keyof typeof ENDS,
  seqs: readonly number[],
): Promise<void> {
  if (seqs.length === 0 || !(links || waiting)) return;
  const { sql, value } = keyList(db, seqs);
  const completed = end === 'settled' ? "AND s.outcome = 'completed'" : '';
  const ended = `SELECT r.seq, r.execution_id, r.activity_id FROM ${sql} x ${ENDS[end]}`;
  const others = `CROSS JOIN run n CROSS JOIN link l WHERE n.execution_id = r.execution_id AND n.activity_id = r.activity_id
       AND l.earlier = ${runNodeSql('n.seq')} AND l.kind = ${LINK_KINDS.informed}`;
  await addRuns(
    db,
    affected,
    `SELECT DISTINCT ${runOfNodeSql('l.later')} AS seq FROM (${ended} ${completed}) r ${others} AND n.seq <> r.seq`,
    value,
  );
  // For a local activity that returned, the worker's report counts until Temporal's outcome is known.
  if (end === 'settled')
    await addRuns(
      db,
      affected,
      `SELECT DISTINCT ${runOfNodeSql('l.later')} AS seq FROM (${ended} AND s.outcome <> 'completed' AND k.is_local) r ${others}`,
      value,
    );
  if (!waiting) return;
  await addRuns(
    db,
    affected,
    `SELECT DISTINCT ${runOfNodeSql('w.later')} AS seq FROM (${ended} ${completed}) r CROSS JOIN execution e CROSS JOIN wanted_link w
     WHERE e.id = r.execution_id AND w.run_id = e.run_id AND w.activity_id = r.activity_id`,
    value,
  );
}

/** SQL: row `w` waits for the result of a chain of continued executions, and execution `e` is part of that chain. */
const waitsForChain = "w.run_id = e.first_run_id AND w.activity_id = '' AND w.update_id = ''";

async function takeOrigins(
  db: LinkDatabase,
  affected: Affected,
  { waiting }: Holdings,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  const { sql, value } = keyList(db, ids);
  await addRuns(
    db,
    affected,
    `SELECT r.seq FROM ${sql} x CROSS JOIN origins o CROSS JOIN execution e CROSS JOIN run r
     WHERE o.id = x.key AND o.about = 'activity' AND e.run_id = o.run_id AND r.execution_id = e.id AND r.activity_id = o.about_id`,
    value,
  );
  if (!waiting) return;
  await addRuns(
    db,
    affected,
    `SELECT DISTINCT ${runOfNodeSql('w.later')} AS seq FROM ${sql} x CROSS JOIN origins o CROSS JOIN wanted_link w
     WHERE o.id = x.key AND o.about <> 'activity' AND w.run_id = o.run_id AND w.activity_id = '' AND w.update_id = o.about_id
     UNION SELECT DISTINCT ${runOfNodeSql('w.later')} FROM ${sql} x CROSS JOIN origins o CROSS JOIN execution e CROSS JOIN wanted_link w
     WHERE o.id = x.key AND o.about = 'result' AND e.run_id = o.run_id AND ${waitsForChain}`,
    value,
    value,
  );
}

/** If no code inside an execution captures, the execution itself is the origin of its result. This is known only after its end. */
async function takeExecutions(
  db: LinkDatabase,
  affected: Affected,
  { waiting }: Holdings,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0 || !waiting) return;
  const { sql, value } = keyList(db, ids);
  await addRuns(
    db,
    affected,
    `SELECT DISTINCT ${runOfNodeSql('w.later')} AS seq FROM ${sql} x CROSS JOIN execution e CROSS JOIN wanted_link w
     WHERE e.id = x.key AND w.run_id = e.run_id AND w.activity_id = ''
     UNION SELECT DISTINCT ${runOfNodeSql('w.later')} FROM ${sql} x CROSS JOIN execution e CROSS JOIN wanted_link w
     WHERE e.id = x.key AND ${waitsForChain}`,
    value,
    value,
  );
}
