/**
 * The ends of runs: what their worker saw, and Temporal's outcome.
 * @module
 */
import { ID, JSON_TEXT, PLAIN, refers, type StoredTable } from './table';

/** Ends of runs as workers saw them. */
export const stop: StoredTable = {
  name: 'stop',
  key: ['seq'],
  columns: {
    seq: refers('run.seq'),
    uid: { form: 'text' },
    time: PLAIN,
    exit_status: PLAIN,
    document: JSON_TEXT,
  },
  ofRun: { column: 'seq', by: 'seq' },
  chained: { code: 2, what: 'stop', label: 'stop document of run', column: 'document', comes: 'with-row' },
};

/** Temporal's outcomes of runs. */
export const settled: StoredTable = {
  name: 'settled',
  key: ['seq'],
  columns: { seq: refers('run.seq'), time: PLAIN, outcome: PLAIN, document: JSON_TEXT },
  ofRun: { column: 'seq', by: 'seq' },
  chained: { code: 3, what: 'settled', label: 'settled state of run', column: 'document', comes: 'with-row' },
};

/** Reports that came too late to change a final state, and contradict it. */
export const lateReport: StoredTable = {
  name: 'late_report',
  key: ['id'],
  serial: 'id',
  columns: {
    id: PLAIN,
    owner: { ...ID, content: 'text' },
    kind: PLAIN,
    digest: PLAIN,
    document: JSON_TEXT,
  },
  ofRun: { column: 'owner', by: 'uid' },
  ofExecution: { column: 'owner', by: 'owner' },
};
