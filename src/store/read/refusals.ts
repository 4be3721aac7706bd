/**
 * Reads refusals, the newest first. The same for every dialect. Node only.
 * @module
 */
import type { Kysely } from 'kysely';
import type { RefusalRecord } from '../interface/written';
import { readText } from '../marked-text';
import type { Schema } from '../schema';

/** Returns at most `limit`, of one lab if it is named. */
export async function readRefusals(
  db: Kysely<Schema>,
  limit: number,
  lab: string | undefined,
): Promise<RefusalRecord[]> {
  const rows = lab === undefined ? refusals(db) : refusals(db).where('lab.name', '=', lab);
  return (await rows.limit(limit).execute()).map(toRefusal);
}

/** Returns all refusals of an execution (Temporal's run id). */
export async function readRefusalsOf(db: Kysely<Schema>, run_id: string): Promise<RefusalRecord[]> {
  return (await refusals(db).where('refusal.run_id', '=', run_id).execute()).map(toRefusal);
}

function refusals(db: Kysely<Schema>) {
  return db
    .selectFrom('refusal')
    .innerJoin('lab', 'lab.id', 'refusal.lab_id')
    .select(['refusal_id', 'refusal.time', 'lab.name as lab', 'issues', 'document'])
    .orderBy('refusal.id', 'desc');
}

type RefusalRow = Awaited<ReturnType<ReturnType<typeof refusals>['execute']>>[number];

function toRefusal({ refusal_id, lab, issues, ...row }: RefusalRow): RefusalRecord {
  return {
    kind: 'refusal',
    ...row,
    refusal_id: readText(refusal_id),
    lab: readText(lab),
    issues: JSON.parse(issues),
  };
}
