/**
 * Records of executions that ran before the plugin came, from their histories: the execution, the decisions on it, and a
 * run for the last attempt of each activity, marked `origin: history`. What history cannot tell stays blank. Identities are
 * derived from Temporal's, so that the same history read twice gives nothing new.
 * @module
 */
import { createHash } from 'node:crypto';
import { type ExecutionAddress, SCHEMA_VERSION } from '../model/documents';
import type { ExecutionStart } from '../model/execution';
import type { Json, JsonObject } from '../model/json';
import type { OpenRecord, Store, WriteRecord } from '../store/store';
import { type ActivityHistory, type HistoryEvent, readActivities } from './activity-history';
import type { BackfillCounts } from './counts';
import { readDecisions } from './decision-history';
import { readBuild, readExecutionClose, readExecutionStart } from './execution-history';
import { historyLoss, recordLoss, unknownEvents } from './history-losses';
import {
  type HistoryReader,
  type HistoryValues,
  historyReader,
  isEncoded,
  isWithheld,
  type RecordedMetadata,
} from './history-values';

export interface BackfillOptions {
  store: Store;
  lab: string;
  values: HistoryValues;
}

/** Records one execution from its history. Adds to `counts`. */
export async function backfillExecution(
  options: BackfillOptions,
  address: ExecutionAddress,
  events: readonly HistoryEvent[],
  counts: BackfillCounts,
): Promise<WriteRecord[]> {
  const known = await recordedActivities(options.store, address);
  const reader = historyReader(options.values, known.withheld || isEncoded(events));
  const told = await readExecutionStart(events[0], address, reader);
  if (!told) {
    const reason = 'a history that does not begin with a start';
    return [recordLoss(counts.losses, historyLoss('history-start', reason, address, events))];
  }
  const start = { ...told, ...readBuild(events, address.run_id) };
  counts.executions += 1;
  const records: WriteRecord[] = [{ kind: 'execution', start }];
  const unknown = unknownEvents(address, events);
  if (unknown) records.push(recordLoss(counts.losses, unknown));
  const close = await readExecutionClose(events, address, reader);
  if (close) records.push({ kind: 'execution-close', close });
  for (const decision of readDecisions(events, address, reader)) records.push({ kind: 'decision', decision });
  const metadata = metadataOf(options.values, events[0], start);
  if (metadata.rejected)
    records.push(
      recordLoss(counts.losses, historyLoss('history-metadata', metadata.rejected, address, events)),
    );
  for (const activity of readActivities(events, address.run_id)) {
    if (activity.attempt === undefined && !activity.end) continue; // never started
    if (known.activities.has(activity.activity_id)) counts.known += 1;
    else {
      counts.runs += 1;
      records.push(...(await runRecords({ lab: options.lab, start, metadata, reader }, activity)));
    }
  }
  return records;
}

/** Activities of the execution that have a run already, a worker's or an earlier backfill's; whether values were withheld there. */
async function recordedActivities(
  store: Store,
  { run_id }: ExecutionAddress,
): Promise<{ activities: Set<string>; withheld: boolean }> {
  const where = { op: 'compare', field: ['run_id'], operator: '=', value: run_id } as const;
  const runs = await store.runs({ filter: { where }, limit: 60_000 });
  return {
    activities: new Set(runs.map(({ start }) => start.temporal.activity_id)),
    withheld: runs.some(isWithheld),
  };
}

/** What the runs of one execution share. */
interface RunParts {
  lab: string;
  start: ExecutionStart;
  metadata: RecordedMetadata;
  reader: HistoryReader;
}

async function runRecords(parts: RunParts, activity: ActivityHistory): Promise<WriteRecord[]> {
  const { reader } = parts;
  const uid = historyUid(parts.start, activity);
  const records: WriteRecord[] = [await openRecord(uid, parts, activity)];
  if (activity.end) {
    const { outcome, event_id, failure, result, time } = activity.end;
    const evidence: JsonObject = { source: 'history', event_id, attempt: activity.attempt ?? 1, time };
    if (failure) evidence.error = reader.error(failure) as unknown as JsonObject;
    if (result?.payloads?.length) evidence.result = await reader.payloads(result.payloads);
    records.push({ kind: 'settled', document: { run_start: uid, time, outcome, evidence } });
  }
  return records;
}

async function openRecord(
  uid: string,
  { lab, start, metadata, reader }: RunParts,
  activity: ActivityHistory,
): Promise<OpenRecord> {
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
  const provenance = { schema_version: SCHEMA_VERSION, lab, origin: 'history' };
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
  };
}

/** What history tells of the metadata: the plan, and what came with the start in a header or in the memo. */
function metadataOf(
  values: HistoryValues,
  first: HistoryEvent | undefined,
  start: ExecutionStart,
): RecordedMetadata {
  const attributes = first?.workflowExecutionStartedEventAttributes;
  const inferred: JsonObject = {
    plan_name: start.workflow_type,
    plan_type: 'workflow',
    ...(start.args && { plan_args: start.args as Json[] }),
  };
  return values.metadata({
    headers: attributes?.header?.fields,
    memo: attributes?.memo?.fields,
    inferred,
  });
}

/** A UUID v7 whose time is the attempt's and whose random part is a digest of what identifies it. */
export function historyUid(address: ExecutionAddress, activity: ActivityHistory): string {
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
