/**
 * Infrequent reads of a PostgreSQL store. Node only.
 * @module
 */
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from 'kysely';
import { Reads } from '../read/reads';
import type { Schema } from '../schema';
import type { Connections } from './connection/connection';
import { storeError } from './connection/errors';
import { searching } from './search';
import { readNumber } from './values/field-text';
import { storedText } from './values/text';
import { statementsOf } from './writing/linking';

/** Returns the reads of a PostgreSQL store. */
export function openReads(connections: Connections): Reads {
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: poolOf(connections) }) });
  return new Reads(db, {
    search: (work) => searching(connections, work),
    facts: (work) => connections.transaction((client) => work(statementsOf(client)), { snapshot: true }),
    // A server checks its pages automatically if it was created with checksums. Reading all rows performs the check.
    integrity: () => [],
    damage: (error) => {
      const { code, message } = storeError(error, connections);
      return code === 'STORE_CORRUPT' ? message : undefined;
    },
    lastRun: sql`(SELECT max(run.seq) FROM run WHERE run.environment_id = environment.id)`,
    lastOfSession: sql`(SELECT max(run.seq) FROM run WHERE run.session_id = worker_session.id)`,
    uidEnd: sql`right(run.uid, 6)`,
    readValue: (stored) => readNumber(String(stored)) ?? stored,
    tableSizes: async () =>
      (await connections.transaction((client) => client.query(TABLE_SIZES))).rows.map(
        ({ name, size_bytes }) => ({
          name,
          size_bytes: Number(size_bytes),
        }),
      ),
    contains: (column, text) =>
      storedText(text) === text
        ? sql`strpos(lower(${sql.ref(column)} COLLATE "C"), ${text}) > 0`
        : sql`FALSE`,
  });
}

/** Includes indexes and long values that are stored separately. */
const TABLE_SIZES = `SELECT c.relname AS name, pg_total_relation_size(c.oid) AS size_bytes
  FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' ORDER BY 2 DESC, 1`;

/** Each statement of Kysely is its own transaction and needs a connection only for that time. */
function poolOf(connections: Connections): PostgresPool {
  const client = {
    query: (text: string, values: unknown[]) => connections.transaction((one) => one.query(text, values)),
    release: () => undefined,
  } as unknown as PostgresPoolClient;
  return { connect: async () => client, end: () => connections.close() };
}
