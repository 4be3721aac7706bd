/**
 * How much of what is in a store: rows, fields, losses. The same for every dialect. Node only.
 * @module
 */
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../schema';

/** Captures that failed, summed by kind; the detail is the last one's. */
export async function sumLosses(db: Kysely<Schema>) {
  const rows = await db
    .selectFrom('loss')
    .select(['loss', 'count', 'time', 'detail'])
    .orderBy('time')
    .execute();
  const sums = new Map<string, { loss: string; count: number; last_time: number; detail: string }>();
  for (const { loss, count, time, detail } of rows) {
    sums.set(loss, { loss, count: count + (sums.get(loss)?.count ?? 0), last_time: time, detail });
  }
  return [...sums.values()];
}

/** Paths of metadata fields with the number of runs that have them. */
export async function countFields(db: Kysely<Schema>): Promise<{ path: string; runs: number }[]> {
  const { rows } = await sql<{ path: string; runs: number }>`
    WITH used AS (SELECT metadata_id, count(*) AS runs FROM run GROUP BY metadata_id),
      held AS (SELECT DISTINCT path_id, metadata_id FROM metadata_field),
      of_sets AS (SELECT path_id, sum(runs) AS runs FROM held JOIN used USING (metadata_id) GROUP BY path_id),
      of_runs AS (SELECT path_id, count(DISTINCT seq) AS runs FROM run_field GROUP BY path_id)
    SELECT path, coalesce(of_sets.runs, 0) + coalesce(of_runs.runs, 0) AS runs FROM path
      LEFT JOIN of_sets ON of_sets.path_id = path.id LEFT JOIN of_runs ON of_runs.path_id = path.id
    ORDER BY path`.execute(db);
  return rows.map((row) => ({ path: row.path, runs: Number(row.runs) })).filter((row) => row.runs > 0);
}

export async function countRows(db: Kysely<Schema>) {
  const count = async (table: 'run' | 'open_run' | 'execution' | 'refusal') => {
    const row = await db
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    return Number(row.n);
  };
  return {
    runs: await count('run'),
    open: await count('open_run'),
    executions: await count('execution'),
    refusals: await count('refusal'),
  };
}
