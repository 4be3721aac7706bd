/**
 * Reads of removed documents, parts of logs and use of environments. All but one statement are the same for every dialect. Node
 * only.
 * @module
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Environment } from '../../model/environment';
import type { DetailReading, EnvironmentUse, LevelCount, NumberedLine, Removal } from '../interface/details';
import type { LogOwner } from '../interface/log-query';
import { readText } from '../marked-text';
import type { Schema } from '../schema';
import { type Contains, logOwner, withText } from './progress-reads';

/** SQL of the dialect: the key of the last recorded run whose environment is the row `environment`. */
export type LastRun = RawBuilder<number | null>;

/** See {@link DetailReading.removals}. */
export async function readRemovals(db: Kysely<Schema>, uid: string): Promise<Removal[]> {
  const rows = await db
    .selectFrom('tombstone')
    .select(['what', 'time', 'reason', 'author', 'document_time'])
    .select(sql<number | boolean>`replacement IS NOT NULL`.as('replaced'))
    .where('name', '=', uid)
    .orderBy('id')
    .execute();
  return rows.map(({ what, time, reason, author, document_time, replaced }) => ({
    what,
    time,
    reason: readText(reason),
    author: JSON.parse(readText(author)),
    ...(document_time !== null && { document_time }),
    replaced: Boolean(replaced),
  }));
}

/** See {@link DetailReading.logPart}. */
export async function readLogPart(
  db: Kysely<Schema>,
  { owner, after, text, levels, limit }: Parameters<DetailReading['logPart']>[0],
  contains: Contains,
): Promise<NumberedLine[]> {
  let query = db
    .selectFrom('log_line')
    .select(['ordinal', 'time', 'level', 'message', 'attributes'])
    .where('owner', '=', logOwner(owner));
  if (after !== undefined) query = query.where('ordinal', '>', after);
  if (levels) query = query.where('level', 'in', [...levels]);
  if (text) query = query.where(withText(text, contains));
  const rows = await query.orderBy('ordinal').limit(limit).execute();
  return rows.map(({ attributes, message, ...line }) => ({
    ...line,
    message: readText(message),
    ...(attributes !== null && { attributes: JSON.parse(attributes) }),
  }));
}

/** See {@link DetailReading.logLevels}. */
export async function readLogLevels(db: Kysely<Schema>, owner: LogOwner): Promise<LevelCount[]> {
  const rows = await db
    .selectFrom('log_line')
    .select(['level', sql<number>`count(*)`.as('lines')])
    .where('owner', '=', logOwner(owner))
    .groupBy('level')
    .orderBy('level')
    .execute();
  return rows.map(({ level, lines }) => ({ level, lines: Number(lines) }));
}

/** See {@link DetailReading.environmentUse}. */
export async function readEnvironmentUse(
  db: Kysely<Schema>,
  { limit, before, id, counted }: Parameters<DetailReading['environmentUse']>[0],
  last: LastRun,
): Promise<EnvironmentUse[]> {
  let page = db
    .selectFrom('environment')
    .select(['environment.id', 'environment.document'])
    .select(last.as('seq'))
    .select(
      sql<number>`(SELECT count(*) FROM (SELECT 1 FROM run WHERE run.environment_id = environment.id LIMIT ${counted}) AS first_runs)`.as(
        'runs',
      ),
    )
    .where('environment.document', 'is not', null);
  if (before !== undefined) page = page.where('environment.id', '<', before);
  // Ids are hex digits, so all ids with a prefix sort before the prefix with a `g`.
  if (id !== undefined)
    page = page
      .where('environment.environment_id', '>=', id)
      .where('environment.environment_id', '<', `${id}g`);
  const rows = await db
    .selectFrom(page.orderBy('environment.id', 'desc').limit(limit).as('used'))
    .leftJoin('run', 'run.seq', 'used.seq')
    .select(['used.id', 'used.document', 'used.runs', 'run.uid', 'run.time'])
    .orderBy('used.id', 'desc')
    .execute();
  return rows.map(({ id: key, document, runs, uid, time }) => ({
    id: key,
    environment: JSON.parse(document!) as Environment,
    runs: Number(runs),
    ...(uid !== null && time !== null && { last: { uid, time } }),
  }));
}
