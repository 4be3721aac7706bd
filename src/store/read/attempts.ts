/**
 * The attempts of one activity. Node only.
 * @module
 */
import type { Kysely } from 'kysely';
import type { Schema } from '../schema';

/** Returns the numbers of all attempts of a run's activity, oldest first. Empty if the run is unknown. */
export async function findAttempts(db: Kysely<Schema>, uid: string): Promise<number[]> {
  const named = db.selectFrom('run').where('uid', '=', uid);
  const run = await named
    .select(['seq', 'execution_id', 'activity_id', 'activity_run_id'])
    .executeTakeFirst();
  if (!run) return [];
  const attempts = db
    .selectFrom('run')
    .select('seq')
    .where('activity_id', '=', run.activity_id)
    .orderBy('seq');
  const { execution_id, activity_run_id } = run;
  if (execution_id === null && activity_run_id === null) return [run.seq];
  const rows = await (execution_id !== null
    ? attempts.where('execution_id', '=', execution_id)
    : attempts.where('activity_run_id', '=', activity_run_id)
  ).execute();
  return rows.map((row) => row.seq);
}
