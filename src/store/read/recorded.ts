/**
 * Finds the activities with recorded runs. This is needed to reconstruct missing runs. It also finds deleted runs. The
 * same for every dialect. Node only.
 * @module
 */
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../schema';

/** A run's activity. */
export interface RecordedActivity {
  run_id: string;
  activity_id: string;
  /** True if values of the run were withheld because the lab encrypts them. */
  withheld: boolean;
}

/** Returns one row for each run of the executions; see {@link import('../store').Store.recorded}. */
export async function readRecorded(
  db: Kysely<Schema>,
  run_ids: readonly string[],
): Promise<RecordedActivity[]> {
  if (run_ids.length === 0) return [];
  const rows = await db
    .selectFrom('execution')
    .innerJoin('run', 'run.execution_id', 'execution.id')
    .leftJoin('stop', 'stop.seq', 'run.seq')
    .select(['execution.run_id', 'run.activity_id'])
    .select([holdsKeyedDigest('run.facts').as('given'), holdsKeyedDigest('stop.document').as('seen')])
    .where('execution.run_id', 'in', [...run_ids])
    .execute();
  return rows.map(({ run_id, activity_id, given, seen }) => ({
    run_id,
    activity_id,
    withheld: Boolean(given) || Boolean(seen),
  }));
}

/** See {@link import('../store').Store.removedAmong}. */
export async function readRemoved(db: Kysely<Schema>, uids: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('tombstone')
    .select('name')
    .distinct()
    .where('what', '=', 'start')
    .where('name', 'in', [...uids])
    .execute();
  return rows.map(({ name }) => name);
}

/** A withheld value is represented in a document by its keyed digest. */
function holdsKeyedDigest(column: string) {
  return sql<boolean | number | null>`cast(${sql.ref(column)} as text) like '%"hmac-sha256:%'`;
}
