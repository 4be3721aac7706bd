/**
 * The runs by which people recognise an execution: the first one, and the first with a scan id. And the last run of a worker
 * session. The same for every dialect. Node only.
 * @module
 */
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../schema';
import type { LastRun } from './details';

/** Returns `seq` of these runs for each execution that has any; see {@link import('../store').Store.firstRuns}. */
export async function findFirstRuns(db: Kysely<Schema>, run_ids: readonly string[]): Promise<number[]> {
  if (run_ids.length === 0) return [];
  const rows = await db
    .selectFrom('execution')
    .innerJoin('run', 'run.execution_id', 'execution.id')
    .select(({ fn }) => fn.min<number>('run.seq').as('first'))
    .select(sql<number | null>`min(CASE WHEN run.scan_id IS NOT NULL THEN run.seq END)`.as('numbered'))
    .where('execution.run_id', 'in', [...run_ids])
    .groupBy('execution.id')
    .execute();
  const seqs = rows.flatMap(({ first, numbered }) => [first, numbered ?? first].map(Number));
  return [...new Set(seqs)];
}

/** Returns `seq` of the last run of each session that has any. `last`: SQL of the dialect for the row `worker_session`. */
export async function findLastRuns(
  db: Kysely<Schema>,
  session_ids: readonly string[],
  last: LastRun,
): Promise<number[]> {
  if (session_ids.length === 0) return [];
  const rows = await db
    .selectFrom('worker_session')
    .select(last.as('seq'))
    .where('session_id', 'in', [...session_ids])
    .execute();
  return rows.flatMap(({ seq }) => seq ?? []);
}
