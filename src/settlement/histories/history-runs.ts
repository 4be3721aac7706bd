/**
 * Runs that are reconstructed from a history because no worker recorded them. Facts that the history lacks stay empty. Their
 * identity is derived from Temporal's, so the same history yields the same runs.
 * @module
 */
import { createHash } from 'node:crypto';
import {
  type ExecutionAddress,
  type ProvenanceStart,
  SCHEMA_VERSION,
  settledDocument,
} from '../../model/documents';
import type { ExecutionStart } from '../../model/execution';
import type { Json, JsonObject } from '../../model/json';
import type { OpenRecord, WriteRecord } from '../../store/interface/written';
import type { ActivityHistory, HistoryEvent } from '../../temporal/activity-history';
import type { ContextStore } from '../../temporal/contexts';
import { HEADER_NAME } from '../../temporal/header';
import type { HistoryReader, HistoryValues, RecordedMetadata } from '../../temporal/history-values';
import { passedTo } from '../../values/passed-on';
import type { HistoryFlow } from './history-flow';

type RunHeaders = ActivityHistory['headers'];

/** The common parts of the runs of one execution. */
export interface RunParts {
  lab: string;
  /** The source of the record: a backfill, or the workflow whose activity no worker recorded. */
  origin: NonNullable<ProvenanceStart['origin']>;
  start: ExecutionStart;
  metadata(headers: RunHeaders): Promise<RecordedMetadata>;
  reader: HistoryReader;
  /** The flow of values that its history shows. */
  flow: HistoryFlow;
}

/** Returns a run for the last attempt of an activity, and how it ended. */
export async function runRecords(parts: RunParts, activity: ActivityHistory): Promise<WriteRecord[]> {
  const { reader } = parts;
  const uid = historyUid(parts.start, activity);
  const records: WriteRecord[] = [await openRecord(uid, parts, activity)];
  if (activity.end) {
    const { outcome, event_id, failure, result, time } = activity.end;
    const { attempt = 1 } = activity;
    const evidence: JsonObject = { source: 'history', ...(event_id && { event_id }), attempt, time };
    if (failure) evidence.error = reader.error(failure) as unknown as JsonObject;
    if (result?.payloads?.length) evidence.result = await reader.payloads(result.payloads);
    records.push({ kind: 'settled', document: settledDocument({ run_start: uid, time, outcome, evidence }) });
  }
  const data = parts.flow.document(uid, activity);
  if (data) records.push({ kind: 'document', of: 'data', document: data as unknown as JsonObject });
  return records;
}

async function openRecord(
  uid: string,
  { lab, origin, start, metadata: metadataFor, reader }: RunParts,
  activity: ActivityHistory,
): Promise<OpenRecord> {
  const metadata = await metadataFor(activity.headers);
  const args = await reader.payloads(activity.input?.payloads ?? []);
  const time = activity.started_time ?? activity.scheduled_time;
  const task_queue = activity.task_queue ?? start.task_queue;
  const { namespace, workflow_id, run_id, workflow_type } = start;
  const temporal: JsonObject = {
    namespace,
    workflow_id,
    run_id,
    workflow_type,
    first_execution_run_id: start.first_execution_run_id,
    ...(start.parent && { parent: { ...start.parent } }),
    ...(start.root && { root: { ...start.root } }),
    ...(start.schedule_id && { schedule_id: start.schedule_id }),
    ...(start.scheduled_start_time !== undefined && { scheduled_start_time: start.scheduled_start_time }),
    ...(start.caller && { caller: { ...start.caller } }),
    activity_id: activity.activity_id,
    activity_type: activity.activity_type,
    args,
    options: {},
    attempt: activity.attempt ?? 1,
    is_local: activity.is_local,
    task_queue,
    scheduled_time: activity.scheduled_time,
    worker: { ...(activity.worker_identity && { identity: activity.worker_identity }) },
  };
  const issues = metadata.issues.length > 0 ? metadata.issues : undefined;
  const passed = passedTo(activity.headers?.[HEADER_NAME]?.data, run_id, reader);
  const provenance = { schema_version: SCHEMA_VERSION, lab, origin, ...passed, issues };
  return {
    kind: 'open',
    uid,
    time,
    lab,
    scan_id: metadata.scan_id,
    numbered: false,
    stash_version: null,
    metadata: metadata.text,
    facts: JSON.stringify({ temporal, provenance }),
    namespace,
    workflow_id,
    run_id,
    workflow_type,
    activity_id: activity.activity_id,
    activity_type: activity.activity_type,
    attempt: activity.attempt ?? 1,
    is_local: activity.is_local,
    task_queue,
    scheduled_time: activity.scheduled_time,
    environment_id: null,
    session_id: null,
    retry_of: null,
    share_scan_id: false,
    made: true,
  };
}

/** Returns the metadata of an execution's runs: from the activity's header, otherwise from a header or the memo of the start. */
export function metadataReader(
  values: HistoryValues,
  first: HistoryEvent | undefined,
  start: ExecutionStart,
  store: ContextStore,
): RunParts['metadata'] {
  const attributes = first?.workflowExecutionStartedEventAttributes;
  const inferred: JsonObject = {
    plan_name: start.workflow_type,
    plan_type: 'workflow',
    ...(start.args && { plan_args: start.args as Json[] }),
  };
  const read = (headers: RunHeaders) =>
    values.metadata({
      headers: [headers, attributes?.header?.fields],
      memo: attributes?.memo?.fields,
      inferred,
      store,
    });
  let shared: Promise<RecordedMetadata> | undefined;
  return (headers) => {
    if (headers && Object.keys(headers).length > 0) return read(headers);
    shared ??= read(undefined);
    return shared;
  };
}

/** Returns a UUID v7 whose time is the attempt's and whose random part is a digest of its identity. */
function historyUid(address: ExecutionAddress, activity: ActivityHistory): string {
  const key = JSON.stringify([
    address.namespace,
    address.workflow_id,
    address.run_id,
    activity.activity_id,
    activity.scheduled_event_id,
  ]);
  const bytes = createHash('sha256').update(key).digest().subarray(0, 16);
  bytes.writeUIntBE(Math.max(0, Math.round((activity.started_time ?? activity.scheduled_time) * 1000)), 0, 6);
  bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
