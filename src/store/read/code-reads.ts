/**
 * Reads of workers and the code that they ran. Node only.
 * @module
 */
import type { Kysely } from 'kysely';
import type { Environment, WorkerSession } from '../../model/environment';
import { unpack } from '../content';
import type { UsedEnvironment } from '../interface/queries';
import type { Schema } from '../schema';

/** Returns the code environment with this id, or null. */
export async function readEnvironment(db: Kysely<Schema>, id: string): Promise<Environment | null> {
  const row = await db
    .selectFrom('environment')
    .select('document')
    .where('environment_id', '=', id)
    .executeTakeFirst();
  return row?.document ? JSON.parse(row.document) : null;
}

/** Returns environments with their number of runs, the most recently used first. */
export async function readEnvironments(db: Kysely<Schema>, limit: number): Promise<UsedEnvironment[]> {
  const rows = await db
    .selectFrom('environment')
    .innerJoin('run', 'run.environment_id', 'environment.id')
    .select(({ fn }) => [
      'environment.document',
      fn.count<number>('run.seq').as('runs'),
      fn.min('run.time').as('first_time'),
      fn.max('run.time').as('last_time'),
    ])
    .where('environment.document', 'is not', null)
    .groupBy(['environment.id', 'environment.document'])
    .orderBy('last_time', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ document, runs, ...times }) => ({
    environment: JSON.parse(document!) as Environment,
    runs: Number(runs),
    ...times,
  }));
}

/** Returns the uncompressed content with this digest, or null. */
export async function readBlob(
  db: Kysely<Schema>,
  digest: string,
): Promise<{ media_type: string; bytes: Uint8Array } | null> {
  const row = await db
    .selectFrom('blob')
    .select(['media_type', 'bytes'])
    .where('digest', '=', digest)
    .executeTakeFirst();
  return row ? unpack(row) : null;
}

/** Returns the worker session with this id, or null. */
export async function readSession(db: Kysely<Schema>, session_id: string): Promise<WorkerSession | null> {
  const row = await db
    .selectFrom('worker_session')
    .select('document')
    .where('session_id', '=', session_id)
    .executeTakeFirst();
  return row?.document ? JSON.parse(row.document) : null;
}

/** Returns worker sessions, the latest first. */
export async function readSessions(db: Kysely<Schema>, limit: number): Promise<WorkerSession[]> {
  const rows = await db
    .selectFrom('worker_session')
    .select('document')
    .where('document', 'is not', null)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ document }) => JSON.parse(document!) as WorkerSession);
}
