/**
 * Labs, their scan ids and their stashes.
 * @module
 */
import { COUNTED, completed, ID, JSON_TEXT, NAME, PLAIN, refers, type StoredTable } from './table';
import type { TableRow } from './table-row';

/** Labs: scopes of stashes and scan ids. */
export const lab: StoredTable = {
  name: 'lab',
  key: ['id'],
  serial: 'id',
  identity: 'name',
  columns: { id: PLAIN, name: NAME, scan_id: COUNTED, stash_version: COUNTED },
  purged: 'never',
};

/** Returns the row of a lab that a record names. */
export function labRow(name: string): TableRow {
  return { table: lab, values: { name } };
}

/** Scan ids that all runs of an execution and its children share. */
export const sharedScan: StoredTable = {
  name: 'shared_scan',
  key: ['lab_id', 'root_run_id'],
  columns: { lab_id: refers('lab.id'), root_run_id: ID, scan_id: PLAIN },
};

/** Current values of stashes. */
export const stash: StoredTable = {
  name: 'stash',
  key: ['lab_id', 'key'],
  columns: { lab_id: refers('lab.id'), key: NAME, value: completed(JSON_TEXT), position: PLAIN },
  shrinks: true,
};

/** Every change of every stash. */
export const stashHistory: StoredTable = {
  name: 'stash_history',
  key: ['id'],
  serial: 'id',
  columns: {
    id: PLAIN,
    lab_id: refers('lab.id'),
    version: PLAIN,
    time: PLAIN,
    op: PLAIN,
    key: NAME,
    value: JSON_TEXT,
    author: JSON_TEXT,
  },
};
