/**
 * The effects of started runs that the chain lists. Node only.
 * @module
 */
import type { LinkValue } from '../interface/linking';
import { type Affected, addRuns } from './affected';
import { keyList, type LinkDatabase } from './database';
import type { Holdings } from './holdings';
import { hasPredecessors } from './run-facts';

/** Selects the runs `r` of a page: the SQL after FROM, the SQL after WHERE, and the values of the placeholders. */
interface Runs {
  from: string;
  where: string;
  values: LinkValue[];
}

/** Runs of one writer have consecutive numbers and are read as one range. */
function runsOf(db: LinkDatabase, seqs: readonly number[]): Runs {
  const first = seqs[0]!;
  if (seqs.every((seq, i) => seq === first + i))
    return { from: 'run r', where: 'r.seq BETWEEN ? AND ?', values: [first, seqs.at(-1)!] };
  const { sql, value } = keyList(db, seqs);
  return { from: `${sql} x CROSS JOIN run r`, where: 'r.seq = x.key', values: [value] };
}

/**
 * Adds the runs that these starts affect. Most starts affect none. Retries and runs with predecessors are found without parsing a
 * document.
 */
export async function takeStarts(
  db: LinkDatabase,
  affected: Affected,
  held: Holdings,
  seqs: readonly number[],
): Promise<void> {
  if (seqs.length === 0) return;
  const { from, where, values } = runsOf(db, seqs);
  const given = `(r.attempt > 1 OR ${hasPredecessors(db, 'r.facts')})`;
  await addRuns(db, affected, `SELECT r.seq FROM ${from} WHERE ${where} AND ${given}`, ...values);
  const next = 'n.activity_id = r.activity_id AND n.attempt = r.attempt + 1';
  await addRuns(
    db,
    affected,
    `SELECT n.seq FROM ${from} CROSS JOIN run n WHERE ${where} AND ${next} AND n.execution_id = r.execution_id
     UNION ALL SELECT n.seq FROM ${from} CROSS JOIN run n WHERE ${where} AND ${next}
       AND r.activity_run_id IS NOT NULL AND n.activity_run_id = r.activity_run_id`,
    ...values,
    ...values,
  );
  if (!held.origins) return;
  await addRuns(
    db,
    affected,
    `SELECT r.seq FROM ${from} CROSS JOIN execution e CROSS JOIN origins o
     WHERE ${where} AND e.id = r.execution_id AND o.run_id = e.run_id AND o.about = 'activity' AND o.about_id = r.activity_id`,
    ...values,
  );
}

/** Returns documents that arrived before the start of their run. */
export async function documentsOfStarts(db: LinkDatabase, seqs: readonly number[]): Promise<number[]> {
  if (seqs.length === 0) return [];
  const { from, where, values } = runsOf(db, seqs);
  const rows = await db.query<{ id: number }>(
    `SELECT d.id FROM ${from} CROSS JOIN data d WHERE ${where} AND d.run_start = r.uid`,
    ...values,
  );
  return rows.map(({ id }) => id);
}
