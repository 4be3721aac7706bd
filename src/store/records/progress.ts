/**
 * Progress of runs and workflows: checkpoints and logs. It is limited, and a lab can delete it earlier than its runs.
 * @module
 */
import type { Checkpoint } from '../../model/progress';
import { ID, JSON_TEXT, MARKED_TEXT, PLAIN, type StoredTable } from './table';
import type { TableRow } from './table-row';

/** Periods of runs between two heartbeats. */
export const checkpoint: StoredTable = {
  name: 'checkpoint',
  key: ['run_start', 'ordinal'],
  columns: { run_start: ID, ordinal: PLAIN, start_time: PLAIN, stop_time: PLAIN, document: JSON_TEXT },
  shrinks: true,
  ofRun: { column: 'run_start', by: 'uid' },
  ages: 'stop_time',
};

/** Returns the row of a checkpoint. The first one counts. */
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
