/**
 * Code environments, their files, and worker sessions.
 * @module
 */
import type { Environment, WorkerSession } from '../../model/environment';
import { COUNTED, completed, ID, JSON_TEXT, PLAIN, type StoredTable } from './table';
import type { TableRow } from './table-row';

/** Contents that are stored once: patches, package lists, lock files, code. */
export const blob: StoredTable = {
  name: 'blob',
  key: ['id'],
  serial: 'id',
  columns: { id: PLAIN, digest: PLAIN, media_type: PLAIN, bytes: { form: 'plain', content: 'bytes' } },
  purged: 'apart',
};

/** Code environments. */
export const environment: StoredTable = {
  name: 'environment',
  key: ['id'],
  serial: 'id',
  identity: 'environment_id',
  again: 'was.document IS NULL',
  columns: { id: PLAIN, environment_id: ID, code_id: completed(ID), document: completed(JSON_TEXT) },
  chained: {
    code: 5,
    what: 'environment',
    label: 'environment',
    column: 'document',
    named: 'environment_id',
    comes: 'later',
  },
};

/** Returns the row of an environment. A run may already have created this row without facts. */
export function environmentRow(document: Environment): TableRow {
  const { id, code_id } = document;
  return { table: environment, values: { environment_id: id, code_id, document: JSON.stringify(document) } };
}

/** Worker sessions. */
export const workerSession: StoredTable = {
  name: 'worker_session',
  key: ['id'],
  serial: 'id',
  identity: 'session_id',
  again: 'was.stop_time IS NULL OR excluded.stop_time IS NOT NULL',
  columns: {
    id: PLAIN,
    session_id: ID,
    start_time: COUNTED,
    stop_time: COUNTED,
    document: completed(JSON_TEXT),
  },
};

/**
 * Returns the row of a session. It is written when a worker starts and again when it ends. A recorded stop time is never removed.
 */
export function sessionRow(session: WorkerSession): TableRow {
  const { session_id, start_time, stop_time = null } = session;
  return {
    table: workerSession,
    values: { session_id, start_time, stop_time, document: JSON.stringify(session) },
  };
}
