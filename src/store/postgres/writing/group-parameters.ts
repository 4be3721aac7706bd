/**
 * Converts a group of records to parameters of the schema's function `write_group`: one JSON text per kind. It also reads the
 * answers, in order. Values that the columns can't hold are detected here, so that only their own record fails. Node only.
 * @module
 */
import type { SettledDocument } from '../../../model/documents';
import type { ExecutionClose } from '../../../model/execution';
import { isScanId } from '../../../model/ids';
import {
  type OpenRecord,
  RUN_MISSING,
  type StopRecord,
  type WriteAnswer,
  type WriteRecord,
} from '../../interface/written';
import { completesElsewhere } from '../../read/documents';
import { executionRow } from '../../records/execution';
import { indexedText, storedText } from '../values/text';
import type { SplitMetadata } from './metadata-sets';
import type { References } from './references';
import { writtenRow } from './row-writer';

/** A record with its index in the group. */
export interface GroupRecord<R = WriteRecord> {
  i: number;
  record: R;
  /** Only for an `open` record. */
  split?: SplitMetadata;
}

/** The answer of `write_group` to one record. */
export interface AnswerRow {
  section: string;
  i: number;
  status: 'opened' | 'stash-moved' | 'done' | 'closed' | 'unknown';
  seq: number | null;
  scan_id: number | null;
  state_id: number | null;
  retry_of: string | null;
}

/** Kinds that `write_group` writes, in the order of its parameters. */
export const GROUPED = ['open', 'stop', 'settled', 'execution', 'execution-close'] as const;
/** A record that `write_group` writes. */
export type Grouped = Extract<WriteRecord, { kind: (typeof GROUPED)[number] }>;

/** The highest number of records in a call. Joins inside it are nested loops. */
const MAX_CALL = 256;

const MAX_INTEGER = 2_147_483_647;

/** Returns why a record can't be stored; undefined if no reason is known. It runs no query. */
export function faultOfRecord(record: WriteRecord): string | undefined {
  if (record.kind === 'open') return faultOfOpen(record);
  if (record.kind === 'stop' && !Number.isFinite(record.time)) return 'its time is not a number';
  return undefined;
}

function faultOfOpen(record: OpenRecord): string | undefined {
  if (typeof record.uid !== 'string' || record.uid === '') return 'it has no uid';
  if (!Number.isFinite(record.time) || !Number.isFinite(record.scheduled_time))
    return 'its time is not a number';
  if (record.scan_id !== undefined && !isScanId(record.scan_id)) return 'its scan_id is out of range';
  const { attempt } = record;
  return Number.isSafeInteger(attempt) && Math.abs(attempt) <= MAX_INTEGER
    ? undefined
    : 'its attempt is out of range';
}

/** Returns the parameters of `write_group` after the state; null for a kind that the group does not contain. */
export function groupParameters(records: readonly GroupRecord[], references: References): (string | null)[] {
  const rows = new Map<string, unknown[]>(GROUPED.map((kind) => [kind, []]));
  for (const member of records) rows.get(member.record.kind)!.push(rowOf(member, references));
  return GROUPED.map((kind) => (rows.get(kind)!.length > 0 ? JSON.stringify(rows.get(kind)) : null));
}

function rowOf(member: GroupRecord, references: References): unknown {
  const { i, record } = member;
  switch (record.kind) {
    case 'open':
      return runRow(member as GroupRecord<OpenRecord>, references);
    case 'stop':
      return stopRow(i, record);
    case 'settled':
      return settledRow(i, record.document);
    case 'execution':
      return { i, ...writtenRow(executionRow(record.start)) };
    case 'execution-close':
      return closeRow(i, record.close);
    default:
      throw new Error(`Records of kind ${record.kind} are not grouped.`);
  }
}

function runRow({ i, record, split }: GroupRecord<OpenRecord>, references: References): unknown {
  return {
    i,
    uid: indexedText(record.uid),
    time: record.time,
    lab_id: references.lab(record.lab),
    scan_id: record.scan_id,
    numbered: record.numbered,
    share_scan_id: record.share_scan_id,
    stash_version: record.stash_version,
    metadata_id: references.set(split!.digest),
    kind_id: references.kind(record),
    ...(record.run_id === null ? {} : executionKey({ ...record, run_id: record.run_id })),
    environment_id: references.environment(record.environment_id),
    session_id: references.session(record.session_id),
    activity_id: indexedText(record.activity_id),
    attempt: record.attempt,
    scheduled_time: record.scheduled_time,
    retry_of: record.retry_of === null ? null : indexedText(record.retry_of),
    activity_run_id: record.activity_run_id === undefined ? null : indexedText(record.activity_run_id),
    scan_root: record.scan_root === undefined ? null : indexedText(record.scan_root),
    scan_offer: record.scan_offer,
    facts: record.facts,
    own: split!.own,
    entries: split!.entries,
  };
}

function executionKey(address: {
  namespace: string;
  workflow_id: string | null;
  run_id: string;
  workflow_type: string | null;
}) {
  return {
    run_id: indexedText(address.run_id),
    namespace: storedText(address.namespace),
    workflow_id: indexedText(address.workflow_id ?? ''),
    workflow_type: storedText(address.workflow_type ?? ''),
  };
}

function stopRow(i: number, record: StopRecord): unknown {
  const { uid, run_start, time, exit_status, document } = record;
  return {
    i,
    uid: storedText(uid),
    run_start: indexedText(run_start),
    time,
    exit_status,
    elsewhere: completesElsewhere(document),
    document,
  };
}

function settledRow(i: number, document: SettledDocument): unknown {
  const { run_start, time, outcome } = document;
  return { i, run_start: indexedText(run_start), time, outcome, document: JSON.stringify(document) };
}

function closeRow(i: number, close: ExecutionClose): unknown {
  return {
    i,
    ...executionKey({ ...close, workflow_type: '' }),
    final: close.origin === 'server',
    close_time: close.close_time,
    status: close.status,
    document: JSON.stringify(close),
  };
}

/** Returns the answer to a record, or `stash-moved`: the stash is read afterwards. */
export function answerOf(row: AnswerRow, storage_id: string): WriteAnswer | 'stash-moved' {
  switch (row.status) {
    case 'opened':
      return {
        kind: 'opened',
        seq: row.seq!,
        scan_id: row.scan_id,
        state_id: row.state_id!,
        retry_of: row.retry_of,
        storage_id,
      };
    case 'unknown':
      return RUN_MISSING;
    case 'stash-moved':
      return 'stash-moved';
    default:
      return { kind: row.status };
  }
}

/**
 * Splits records into waves. Records of one wave do not depend on each other. A retry depends on the previous attempt, and a
 * record depends on an earlier one with the same uid. There is nearly always one wave.
 */
export function wavesOf(records: readonly GroupRecord[]): GroupRecord[][] {
  const waves: GroupRecord[][] = [[]];
  const last = new Map<string, number>();
  for (const member of records) {
    if (member.record.kind !== 'open') continue;
    const names = namesOf(member.record);
    const wave = Math.max(0, ...names.map((name) => (last.get(name) ?? -1) + 1));
    for (const name of names) last.set(name, wave);
    waves[wave] ??= [];
    waves[wave].push(member);
  }
  // The last wave also contains all records that are not openings.
  waves.at(-1)!.push(...records.filter(({ record }) => record.kind !== 'open'));
  return waves.flatMap(chunksOf);
}

function chunksOf(records: GroupRecord[]): GroupRecord[][] {
  const chunks: GroupRecord[][] = [];
  for (let from = 0; from === 0 || from < records.length; from += MAX_CALL) {
    chunks.push(records.slice(from, from + MAX_CALL));
  }
  return chunks;
}

function namesOf(record: OpenRecord): string[] {
  const activity = `a${JSON.stringify([record.run_id ?? record.activity_run_id, record.activity_id])}`;
  return [`u${record.uid}`, activity, ...(record.retry_of === null ? [] : [`u${record.retry_of}`])];
}
