/**
 * What runs and workflows said while they were under way. Kept within bounds, and gone earlier than its run where the lab wants it.
 * @module
 */
import { ID, JSON_TEXT, PLAIN, type StoredTable } from './table';

/** Stretches of runs between two heartbeats. */
export const checkpoint: StoredTable = {
  name: 'checkpoint',
  key: ['run_start', 'ordinal'],
  columns: { run_start: ID, ordinal: PLAIN, start_time: PLAIN, stop_time: PLAIN, document: JSON_TEXT },
  shrinks: true,
  ofRun: { column: 'run_start', by: 'uid' },
  ages: 'stop_time',
};

/** Lines that runs and workflows logged. */
export const logLine: StoredTable = {
  name: 'log_line',
  key: ['owner', 'ordinal'],
  columns: {
    owner: ID,
    ordinal: PLAIN,
    time: PLAIN,
    level: PLAIN,
    message: { form: 'marked', content: 'text' },
    attributes: JSON_TEXT,
  },
  shrinks: true,
  ofRun: { column: 'owner', by: 'uid' },
  ofExecution: { column: 'owner', by: 'owner' },
  ages: 'time',
};
