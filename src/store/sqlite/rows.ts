/**
 * What crosses between the calling thread and the store's: records as flat rows of text and numbers (a structured clone of an
 * object costs many times more), one array of answers back. Node only.
 * @module
 */
import type { OpenRecord, StashSnapshot, StopRecord, WriteAnswer, WriteRecord } from '../store';

export type OpenRow = [
  code: 'o',
  uid: string,
  time: number,
  lab: string,
  scan_id: number | null,
  flags: number,
  stash_version: number | null,
  /** Index into the texts of the group: metadata repeats. */
  metadata: number,
  facts: string,
  /** JSON array [namespace, workflow_type, activity_type, task_queue, is_local]. */
  kind: string,
  workflow_id: string | null,
  run_id: string | null,
  activity_id: string,
  attempt: number,
  scheduled_time: number,
  environment_id: string | null,
  session_id: string | null,
  retry_of: string | null,
];

export type StopRow = [
  code: 's',
  uid: string,
  run_start: string,
  time: number,
  exit_status: string,
  document: string,
];

/** Anything that is rare: as it is. */
export type OtherRow = [code: 'r', record: Exclude<WriteRecord, OpenRecord | StopRecord>];

export type Row = OpenRow | StopRow | OtherRow;

/** `[seq, scan_id, state_id, retry_of]`, or a code, or the moved stash, or why this record is rejected. */
export type RowAnswer =
  | readonly [seq: number, scan_id: number | null, state_id: number, retry_of: string | null]
  | typeof DONE
  | typeof CLOSED
  | StashSnapshot
  | string;

export const DONE = 0;
export const CLOSED = 1;

export const NUMBERED = 1;
export const SHARES_SCAN_ID = 2;

/** A group as it crosses: its rows, and the metadata texts that they refer to. */
export interface Group {
  rows: Row[];
  texts: string[];
}

export function toGroup(records: readonly WriteRecord[]): Group {
  const texts = new Map<string, number>();
  const rows = records.map((record): Row => {
    if (record.kind === 'open') return openRow(record, indexOf(record.metadata, texts));
    if (record.kind === 'stop') {
      return ['s', record.uid, record.run_start, record.time, record.exit_status, record.document];
    }
    return ['r', record];
  });
  return { rows, texts: [...texts.keys()] };
}

function indexOf(text: string, texts: Map<string, number>): number {
  const known = texts.get(text);
  if (known !== undefined) return known;
  texts.set(text, texts.size);
  return texts.size - 1;
}

function openRow(record: OpenRecord, metadata: number): OpenRow {
  return [
    'o',
    record.uid,
    record.time,
    record.lab,
    record.scan_id ?? null,
    (record.numbered ? NUMBERED : 0) | (record.share_scan_id ? SHARES_SCAN_ID : 0),
    record.stash_version,
    metadata,
    record.facts,
    kindKey(record),
    record.workflow_id,
    record.run_id,
    record.activity_id,
    record.attempt,
    record.scheduled_time,
    record.environment_id,
    record.session_id,
    record.retry_of,
  ];
}

function kindKey(record: OpenRecord): string {
  const { namespace, workflow_type, activity_type, task_queue, is_local } = record;
  return JSON.stringify([namespace, workflow_type ?? '', activity_type, task_queue, is_local ? 1 : 0]);
}

export function toAnswer(answer: RowAnswer, storage_id: string): WriteAnswer {
  if (answer === DONE) return { kind: 'done' };
  if (answer === CLOSED) return { kind: 'closed' };
  if (typeof answer === 'string') return { kind: 'rejected', reason: answer };
  if ('lab' in answer) return { kind: 'stash-moved', stash: answer };
  const [seq, scan_id, state_id, retry_of] = answer;
  return { kind: 'opened', seq, scan_id, state_id, retry_of, storage_id };
}
