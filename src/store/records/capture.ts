/**
 * Records of what was not captured: runs that rules refused, and captures that failed.
 * @module
 */
import type { LossRecord, RefusalRecord } from '../interface/written';
import { labRow } from './labs';
import { COUNTED, completed, ID, JSON_TEXT, MARKED_TEXT, PLAIN, refers, type StoredTable } from './table';
import type { TableRow } from './table-row';

/** Runs that a validator refused to open. */
export const refusal: StoredTable = {
  name: 'refusal',
  key: ['id'],
  serial: 'id',
  identity: 'refusal_id',
  columns: {
    id: PLAIN,
    refusal_id: ID,
    time: PLAIN,
    lab_id: refers('lab.id'),
    run_id: ID,
    issues: JSON_TEXT,
    document: JSON_TEXT,
  },
  chained: {
    code: 10,
    what: 'refusal',
    label: 'refusal',
    column: 'document',
    named: 'refusal_id',
    comes: 'with-row',
  },
};

/** Returns the row of a refusal. `run_id`: the execution of the refused activity; null for a standalone activity. */
export function refusalRow({ refusal_id, time, lab, issues, document }: RefusalRecord): TableRow {
  const { temporal } = JSON.parse(document) as { temporal?: { run_id?: string } };
  const run_id = temporal?.run_id ?? null;
  return {
    table: refusal,
    values: { refusal_id, time, lab_id: labRow(lab), run_id, issues: JSON.stringify(issues), document },
  };
}

/** Failed captures, summed by session and kind. */
export const loss: StoredTable = {
  name: 'loss',
  key: ['session_id', 'loss'],
  again: 'excluded.time > was.time',
  columns: {
    session_id: ID,
    loss: ID,
    count: { ...COUNTED, summed: true },
    time: COUNTED,
    detail: completed(MARKED_TEXT),
  },
};

/** Returns the row of a loss. A loss without a session has an empty session id. */
export function lossRow({ session_id, loss: name, count, time, detail }: LossRecord): TableRow {
  return { table: loss, values: { session_id: session_id ?? '', loss: name, count, time, detail } };
}
