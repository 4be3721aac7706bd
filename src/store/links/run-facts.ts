/**
 * Facts about runs whose links are derived. Node only.
 * @module
 */
import type { Attempt } from '../../lineage/attempts';
import type { Worker } from '../../lineage/writings';
import type { Origin } from '../../model/data';
import type { Predecessor, ProvenanceStart } from '../../model/documents';
import { runNode } from '../link-nodes';
import { keyList, type LinkDatabase } from './database';

/** A run with the facts of its start. */
export interface RunFacts extends Worker, Attempt {
  seq: number;
  execution_id: number | null;
  predecessors: readonly Predecessor[];
  /** Origins of its arguments that did not fit into its header. */
  origins: readonly Origin[];
}

/** Columns of a run `r` that identify its activity. They are null for a deleted run. */
export const WORKER_COLUMNS = 'r.uid, r.execution_id, r.activity_run_id, r.activity_id';

/** The values of these columns. */
export interface WorkerRow {
  seq: number;
  uid: string | null;
  execution_id: number | null;
  activity_run_id: string | null;
  activity_id: string | null;
}

/** Returns the activity of a run. A deleted run counts as an activity of its own. */
export function workerOf(row: WorkerRow): Worker {
  const { seq, uid, execution_id, activity_run_id, activity_id } = row;
  const activity =
    uid === null ? `removed ${seq}` : `${execution_id ?? activity_run_id ?? uid} ${activity_id}`;
  return { node: runNode(seq), uid: uid ?? '', activity };
}

interface Row extends WorkerRow {
  attempt: number;
  scheduled_time: number;
  time: number;
  facts: string | null;
  origins: string | null;
}

/** Returns SQL that is true for a start that names predecessors. It searches the text and does not parse the JSON. */
export function hasPredecessors(db: LinkDatabase, facts: string): string {
  return db.either(
    `instr(${facts}, '"predecessors"') > 0`,
    `position('"predecessors"' in ${facts}::text) > 0`,
  );
}

/** Returns the recorded ones of these runs, in the order of `seq`. */
export async function readRunFacts(db: LinkDatabase, seqs: readonly number[]): Promise<RunFacts[]> {
  const { sql, value } = keyList(db, seqs);
  const rows = await db.query<Row>(
    `SELECT r.seq, ${WORKER_COLUMNS}, r.attempt, r.scheduled_time, r.time, o.document AS origins,
       CASE WHEN ${hasPredecessors(db, 'r.facts')} THEN r.facts END AS facts
     FROM ${sql} x CROSS JOIN run r LEFT JOIN execution e ON e.id = r.execution_id
       LEFT JOIN origins o ON o.run_id = e.run_id AND o.about = 'activity' AND o.about_id = r.activity_id
     WHERE r.seq = x.key ORDER BY r.seq`,
    value,
  );
  return rows.map((row) => ({
    ...workerOf(row),
    seq: row.seq,
    attempt: row.attempt,
    scheduled_time: row.scheduled_time,
    time: row.time,
    execution_id: row.execution_id,
    predecessors: predecessorsOf(row.facts),
    origins: row.origins === null ? [] : JSON.parse(row.origins).origins,
  }));
}

function predecessorsOf(facts: string | null): readonly Predecessor[] {
  if (facts === null) return [];
  const { predecessors } = JSON.parse(facts).provenance as ProvenanceStart;
  return predecessors ?? [];
}
