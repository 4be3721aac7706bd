/**
 * Infrequent reads of a SQLite file, on their own read-only connection. Node only.
 * @module
 */
import { Kysely, SqliteDialect, sql } from 'kysely';
import type { LinkStatements } from '../interface/linking';
import type { TableSize } from '../interface/queries';
import { Reads } from '../read/reads';
import type { Schema } from '../schema';
import { type Database, openDatabase } from './connection/connection';
import { storeError } from './connection/errors';
import { searchSource } from './search';
import { SqliteStatements } from './statements';

/** @throws as {@link openDatabase} */
export function openReads(path: string, location: string): { reads: Reads; database: Database } {
  const database = openDatabase(path, location, { mode: 'read', create: false });
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) });
  const reads = new Reads(db, {
    search: (work) => work(searchSource(database)),
    facts: (work) => atOneMoment(database, work),
    integrity: () => integrity(database),
    damage: (error) => {
      const { code, message } = storeError(error, location);
      return code === 'STORE_CORRUPT' ? message : undefined;
    },
    readValue: (stored) => stored,
    tableSizes: () => tableSizes(database),
    lastRun: LAST_RUN,
    lastOfSession: LAST_OF_SESSION,
    uidEnd: sql`substr(run.uid, -6)`,
    contains: (column, text) => sql`instr(lower(${sql.ref(column)}), ${text}) > 0`,
  });
  return { reads, database };
}

/**
 * Reads sessions, the latest first. The index contains a run's environment and then its session, so the last run of a
 * session is found in one step. Only the last twenty sessions are read.
 */
const LAST_RUN = sql<number | null>`(WITH RECURSIVE latest(session_id, n) AS (
    SELECT (SELECT max(session_id) FROM run WHERE environment_id = environment.id), 1
    UNION ALL
    SELECT (SELECT max(session_id) FROM run WHERE environment_id = environment.id AND session_id < latest.session_id), n + 1
      FROM latest WHERE latest.session_id IS NOT NULL AND n < 20)
  SELECT max(seq) FROM (
    SELECT (SELECT max(seq) FROM run WHERE environment_id = environment.id AND session_id = latest.session_id) AS seq FROM latest
    UNION ALL
    SELECT max(seq) FROM run WHERE environment_id = environment.id AND session_id IS NULL))`;

/** The index begins with the environment, so each environment is probed once. */
const LAST_OF_SESSION = sql<number | null>`(
  SELECT max((SELECT max(seq) FROM run WHERE environment_id IS used.id AND session_id = worker_session.id))
  FROM (SELECT id FROM environment UNION ALL SELECT NULL) AS used)`;

/** Another check that begins meanwhile sees the same snapshot. */
async function atOneMoment<Answer>(
  database: Database,
  work: (statements: LinkStatements) => Promise<Answer>,
): Promise<Answer> {
  if (database.inTransaction) return work(new SqliteStatements(database));
  database.exec('BEGIN DEFERRED');
  try {
    return await work(new SqliteStatements(database));
  } finally {
    database.exec('COMMIT');
  }
}

const MOST_FINDINGS = 20;

function integrity(database: Database): string[] {
  const findings = database.prepare(`PRAGMA integrity_check(${MOST_FINDINGS})`).pluck().all() as string[];
  return findings.filter((finding) => finding !== 'ok');
}

/** Returns sizes by table, indexes included. */
function tableSizes(database: Database): TableSize[] {
  return database
    .prepare(
      `SELECT coalesce(m.tbl_name, s.name) AS name, sum(s.pgsize) AS size_bytes
       FROM dbstat('main', 1) s LEFT JOIN sqlite_master m ON m.name = s.name GROUP BY 1 ORDER BY 2 DESC, 1`,
    )
    .all() as TableSize[];
}
