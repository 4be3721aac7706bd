/**
 * The table of runs, with what is known when a run opens.
 * @module
 */
import { BOOLEAN, ID, JSON_TEXT, NAME, PLAIN, refers, type StoredTable, TEXT } from './table';

/** Kinds of work: the namespace, workflow type, activity type and task queue of runs. */
export const kind: StoredTable = {
  name: 'kind',
  key: ['id'],
  serial: 'id',
  columns: {
    id: PLAIN,
    namespace: TEXT,
    workflow_type: TEXT,
    activity_type: TEXT,
    task_queue: TEXT,
    is_local: BOOLEAN,
  },
  purged: 'never',
};

/** The table of runs, with what is known when a run opens. */
export const run: StoredTable = {
  name: 'run',
  key: ['seq'],
  serial: 'seq',
  columns: {
    seq: PLAIN,
    uid: ID,
    time: PLAIN,
    lab_id: refers('lab.id'),
    scan_id: PLAIN,
    metadata_id: refers('metadata.id'),
    kind_id: refers('kind.id'),
    execution_id: refers('execution.id'),
    environment_id: refers('environment.id'),
    session_id: refers('worker_session.id'),
    activity_id: NAME,
    attempt: PLAIN,
    scheduled_time: PLAIN,
    state_id: PLAIN,
    retry_of: ID,
    facts: JSON_TEXT,
    own: JSON_TEXT,
    activity_run_id: ID,
  },
  purged: 'apart',
  // The digest covers more than one column: `startDigest`, and `START_TEXT` in PostgreSQL.
  chained: {
    code: 1,
    what: 'start',
    label: 'start document of run',
    column: 'facts',
    named: 'uid',
    comes: 'with-row',
  },
};

/** Runs with neither stop nor settled. */
export const openRun: StoredTable = {
  name: 'open_run',
  key: ['seq'],
  columns: { seq: refers('run.seq') },
  shrinks: true,
  ofRun: { column: 'seq', by: 'seq' },
};
