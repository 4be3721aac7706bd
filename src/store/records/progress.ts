/**
 * What runs and workflows said while they were under way. Kept within bounds, and gone earlier than its run where the lab wants it.
 * @module
 */
import type { Checkpoint } from '../../model/progress';
import { ID, JSON_TEXT, MARKED_TEXT, PLAIN, type StoredTable } from './table';
import type { TableRow } from './table-row';

/** Stretches of runs between two heartbeats. */
export const checkpoint: StoredTable = {
  name: 'checkpoint',
  key: ['run_start', 'ordinal'],
  columns: { run_start: ID, ordinal: PLAIN, start_time: PLAIN, stop_time: PLAIN, document: JSON_TEXT },
  shrinks: true,
  ofRun: { column: 'run_start', by: 'uid' },
  ages: 'stop_time',
};

/** The first one stands. */
export function checkpointRow(document: Checkpoint): TableRow {
  const { run_start, index: ordinal, start_time, stop_time } = document;
  return {
    table: checkpoint,
    values: { run_start, ordinal, start_time, stop_time, document: JSON.stringify(document) },
  };
}

/** Lines that runs and workflows logged. */
export const logLine: StoredTable = {
  name: 'log_line',
  key: ['owner', 'ordinal'],
  columns: {
    owner: ID,
    ordinal: PLAIN,
    time: PLAIN,
    level: PLAIN,
    message: MARKED_TEXT,
    attributes: JSON_TEXT,
  },
  shrinks: true,
  ofRun: { column: 'owner', by: 'uid' },
  ofExecution: { column: 'owner', by: 'owner' },
  ages: 'time',
};
