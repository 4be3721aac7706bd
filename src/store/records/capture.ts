/**
 * What was not recorded: runs that rules refused, and captures that failed.
 * @module
 */
import { COUNTED, completed, ID, JSON_TEXT, PLAIN, refers, type StoredTable, TEXT } from './table';

/** Runs that a validator did not let open. */
export const refusal: StoredTable = {
  name: 'refusal',
  key: ['id'],
  serial: 'id',
  columns: {
    id: PLAIN,
    refusal_id: ID,
    time: PLAIN,
    lab_id: refers('lab.id'),
    run_id: ID,
    issues: JSON_TEXT,
    document: JSON_TEXT,
  },
};

/** Captures that failed, summed by session and kind. */
export const loss: StoredTable = {
  name: 'loss',
  key: ['session_id', 'loss'],
  columns: { session_id: ID, loss: ID, count: COUNTED, time: COUNTED, detail: completed(TEXT) },
};
