/**
 * Code environments, the files that they are made of, and workers' lives.
 * @module
 */
import { COUNTED, completed, ID, JSON_TEXT, PLAIN, type StoredTable } from './table';

/** Contents that are kept once: patches, package lists, lock files, code. */
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

/** Workers' lives. */
export const workerSession: StoredTable = {
  name: 'worker_session',
  key: ['id'],
  serial: 'id',
  columns: {
    id: PLAIN,
    session_id: ID,
    start_time: COUNTED,
    stop_time: COUNTED,
    document: completed(JSON_TEXT),
  },
};
