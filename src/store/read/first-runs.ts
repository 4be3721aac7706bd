/**
 * The runs by which people recognise an execution: the first one, and the first with a scan id. The same for every dialect. Node
 * only.
 * @module
 */
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../schema';

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
