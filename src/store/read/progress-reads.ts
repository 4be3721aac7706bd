/**
 * Reads of progress: logs, checkpoints, decisions and late reports. The same for every dialect. Node only.
 * @module
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Decision } from '../../model/decision';
import type { Checkpoint, LogLine } from '../../model/progress';
import type { FoundLine, LogOwner, LogQuery } from '../interface/log-query';
import type { LateReport } from '../interface/settling';
import { readText } from '../marked-text';
import type { Schema } from '../schema';

const OF_EXECUTION = 'execution ';

/** Returns the value of `log_line.owner` for an owner. */
export function logOwner(owner: LogOwner): string {
  return 'run_start' in owner ? owner.run_start : `${OF_EXECUTION}${owner.run_id}`;
}

function ownerOf(text: string): LogOwner {
  return text.startsWith(OF_EXECUTION) ? { run_id: text.slice(OF_EXECUTION.length) } : { run_start: text };
}

/** SQL of the dialect: true if a column, converted to lower case (ASCII), contains a text. */
export type Contains = (column: 'message' | 'attributes', text: string) => RawBuilder<boolean>;

/**
 * Returns both forms of a text: as it occurs in a message, and as it occurs in JSON. Attributes are JSON, and so are messages
 * that a database can't hold unchanged.
 */
function formsOf(text: string): string[] {
  const small = (form: string) => form.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return [...new Set([small(text), small(JSON.stringify(text).slice(1, -1))])];
}

/** Returns a condition that is true if a line has this text in its message or its attributes. */
export function withText(text: string, contains: Contains): RawBuilder<boolean> {
  const tests = formsOf(text).flatMap((form) => [contains('message', form), contains('attributes', form)]);
  return sql<boolean>`(${sql.join(tests, sql` OR `)})`;
}

/**
 * Returns lines of all owners, newest first. If a single owner has several lines of one instant, the last logged one comes first.
 */
export async function searchLog(
  db: Kysely<Schema>,
  { text, levels, since, until, owner, execution, lab, limit }: LogQuery,
  contains: Contains,
): Promise<FoundLine[]> {
  let query = db.selectFrom('log_line').select(['owner', 'time', 'level', 'message', 'attributes']);
  if (owner) query = query.where('owner', '=', logOwner(owner));
  if (execution !== undefined) query = query.where(ofExecution(execution));
  if (lab !== undefined) query = query.where(ofLab(lab));
  if (levels) query = query.where('level', 'in', [...levels]);
  if (since !== undefined) query = query.where('time', '>=', since);
  if (until !== undefined) query = query.where('time', '<=', until);
  if (text) query = query.where(withText(text, contains));
  const rows = await query
    .orderBy('time', 'desc')
    .orderBy('ordinal', 'desc')
    .orderBy('owner', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ owner: of, attributes, message, ...line }) => ({
    owner: ownerOf(of),
    ...line,
    message: readText(message),
    ...(attributes !== null && { attributes: JSON.parse(attributes) }),
  }));
}

function ofExecution(run_id: string): RawBuilder<boolean> {
  return sql`(owner = ${logOwner({ run_id })} OR owner IN (
    SELECT run.uid FROM run JOIN execution ON execution.id = run.execution_id WHERE execution.run_id = ${run_id}))`;
}

function ofLab(lab: string): RawBuilder<boolean> {
  const own = sql`run.lab_id = (SELECT lab.id FROM lab WHERE lab.name = ${lab})`;
  const runs = sql`SELECT 1 FROM run JOIN execution ON execution.id = run.execution_id
    WHERE execution.run_id = substr(owner, ${sql.lit(OF_EXECUTION.length + 1)})`;
  return sql`(CASE WHEN substr(owner, 1, ${sql.lit(OF_EXECUTION.length)}) = ${OF_EXECUTION}
    THEN EXISTS (${runs} AND ${own}) OR NOT EXISTS (${runs})
    ELSE EXISTS (SELECT 1 FROM run WHERE run.uid = owner AND ${own}) END)`;
}

/** Returns decisions on an execution in order of time. */
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

/** Returns checkpoints of a run by index. */
export async function readCheckpoints(db: Kysely<Schema>, run_start: string): Promise<Checkpoint[]> {
  const rows = await db
    .selectFrom('checkpoint')
    .select('document')
    .where('run_start', '=', run_start)
    .orderBy('ordinal')
    .execute();
  return rows.map((row) => JSON.parse(row.document));
}

/** Returns lines of a run or a workflow, oldest first. */
export async function readLog(db: Kysely<Schema>, owner: LogOwner): Promise<LogLine[]> {
  const rows = await db
    .selectFrom('log_line')
    .select(['time', 'level', 'message', 'attributes'])
    .where('owner', '=', logOwner(owner))
    .orderBy('ordinal')
    .execute();
  return rows.map(({ attributes, message, ...line }) => ({
    ...line,
    message: readText(message),
    ...(attributes !== null && { attributes: JSON.parse(attributes) }),
  }));
}

/** Returns late reports in order of arrival. */
export async function readLateReports(db: Kysely<Schema>, owner: LogOwner): Promise<LateReport[]> {
  const rows = await db
    .selectFrom('late_report')
    .select(['kind', 'document'])
    .where('owner', '=', logOwner(owner))
    .orderBy('id')
    .execute();
  return rows.map(({ kind, document }) => ({ kind, document: JSON.parse(document) }) as LateReport);
}
