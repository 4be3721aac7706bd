/**
 * Finds runs by their worker session, and by facts of that session. Node only.
 * @module
 */

import type { SearchDialect } from '../dialect';
import { type Fragment, sql } from '../fragment';
import { type ColumnSql, fact, referred } from './columns';

/**
 * Returns `seq` of the runs whose session passes. SQLite has no index of sessions alone, because it would cost a page per run.
 */
function runsOf(sessions: Fragment, dialect: SearchDialect): Fragment {
  const run = dialect.table('run', 'r', 'run_environment');
  return sql`SELECT r.seq FROM ${run} WHERE r.environment_id IN (SELECT id FROM environment) AND r.session_id ${sessions}
    UNION ALL SELECT r.seq FROM ${run} WHERE r.environment_id IS NULL AND r.session_id ${sessions}`;
}

/** The session itself. */
export const SESSION: ColumnSql = {
  ...referred('worker_session', 'session_id', 'session_id'),
  drive: (test, dialect) =>
    runsOf(sql`IN (SELECT id FROM worker_session WHERE ${test(sql`session_id`)})`, dialect),
};

const RUN_BUILD = fact('facts', 'temporal.worker.build_id');

/**
 * The build id of a run is that of its session, so runs are found through the few sessions. Runs without a session, or with a
 * session whose facts have not arrived, are tested one by one.
 */
export const BUILD_ID: ColumnSql = {
  ...RUN_BUILD,
  holds(row, test, dialect) {
    const own = test(RUN_BUILD.value(row, dialect));
    const session = row.column('session_id');
    return sql`((${session} IS NULL OR ${session} IN (${builtSo(test, dialect)})) AND ${own})`;
  },
  drive(test, dialect) {
    const none = runsOf(sql`IS NULL`, dialect);
    return sql`${runsOf(sql`IN (${builtSo(test, dialect)})`, dialect)} UNION ALL ${none}`;
  },
};

function builtSo(test: (value: Fragment) => Fragment, dialect: SearchDialect): Fragment {
  const build = dialect.fact(dialect.asJson(sql`document`), 'build_id', 'text');
  return sql`SELECT id FROM worker_session WHERE document IS NULL OR ${test(build)}`;
}
