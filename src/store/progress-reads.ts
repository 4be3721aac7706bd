/**
 * Reads of what happened while work was under way; the same for every dialect. Node only.
 * @module
 */
import type { Kysely } from 'kysely';
import type { Decision } from '../model/decision';
import type { Checkpoint, LogLine } from '../model/progress';
import type { Schema } from './schema';
import type { LogOwner } from './store';

/** How `log_line.owner` names an owner. */
export function logOwner(owner: LogOwner): string {
  return 'run_start' in owner ? owner.run_start : `execution ${owner.run_id}`;
}

/** Decisions on an execution, in time. */
export async function readDecisions(db: Kysely<Schema>, run_id: string): Promise<Decision[]> {
  const rows = await db
    .selectFrom('decision')
    .innerJoin('execution', 'execution.id', 'decision.execution_id')
    .select('decision.document')
    .where('execution.run_id', '=', run_id)
    .orderBy('decision.time')
    .orderBy('decision.ordinal')
    .execute();
  return rows.map((row) => JSON.parse(row.document));
}

/** Checkpoints of a run, by index. */
export async function readCheckpoints(db: Kysely<Schema>, run_start: string): Promise<Checkpoint[]> {
  const rows = await db
    .selectFrom('checkpoint')
    .select('document')
    .where('run_start', '=', run_start)
    .orderBy('ordinal')
    .execute();
  return rows.map((row) => JSON.parse(row.document));
}

/** Lines of a run or a workflow, oldest first. */
export async function readLog(db: Kysely<Schema>, owner: LogOwner): Promise<LogLine[]> {
  const rows = await db
    .selectFrom('log_line')
    .select(['time', 'level', 'message', 'attributes'])
    .where('owner', '=', logOwner(owner))
    .orderBy('ordinal')
    .execute();
  return rows.map(({ attributes, ...line }) => ({
    ...line,
    ...(attributes !== null && { attributes: JSON.parse(attributes) }),
  }));
}
