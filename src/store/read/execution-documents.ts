/**
 * Whole executions as they were recorded. Node only.
 * @module
 */
import type { Kysely } from 'kysely';
import type { ExecutionRecord } from '../../model/execution';
import type { Schema } from '../schema';

const IDS_PER_QUERY = 500;

/** Returns executions by number, in this order. An execution that only runs name has no facts and is left out. */
export async function readExecutions(db: Kysely<Schema>, ids: readonly number[]): Promise<ExecutionRecord[]> {
  const byId = new Map<number, ExecutionRow>();
  for (let from = 0; from < ids.length; from += IDS_PER_QUERY) {
    const some = ids.slice(from, from + IDS_PER_QUERY);
    for (const row of await executionRows(db).where('id', 'in', some).execute()) byId.set(row.id, row);
  }
  return ids.flatMap((id) => toExecution(byId.get(id)) ?? []);
}

/** Returns the execution with Temporal's run id, or null. */
export async function readExecution(db: Kysely<Schema>, run_id: string): Promise<ExecutionRecord | null> {
  return toExecution(await executionRows(db).where('run_id', '=', run_id).executeTakeFirst());
}

/** Returns metadata of an execution that did not fit into a header, by its key, as JSON text. */
export async function readContext(db: Kysely<Schema>, run_id: string, n: number): Promise<string | null> {
  const row = await db
    .selectFrom('context')
    .select('document')
    .where('run_id', '=', run_id)
    .where('n', '=', n)
    .executeTakeFirst();
  return row?.document ?? null;
}

function executionRows(db: Kysely<Schema>) {
  return db.selectFrom('execution').select(['id', 'start', 'observed', 'settled']);
}

interface ExecutionRow {
  id: number;
  start: string | null;
  observed: string | null;
  settled: string | null;
}

function toExecution(row: ExecutionRow | undefined): ExecutionRecord | null {
  if (!row?.start) return null;
  return {
    start: JSON.parse(row.start),
    observed: row.observed === null ? null : JSON.parse(row.observed),
    settled: row.settled === null ? null : JSON.parse(row.settled),
  };
}
