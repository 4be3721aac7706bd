/**
 * Reconstructs runs of activities that workflows scheduled and no worker recorded: their worker lacks the plugin, or uses another
 * language. It waits until a record would have arrived. The facts come from the history, or otherwise from what the workflow saw.
 * @module
 */
import { SCHEMA_VERSION } from '../model/documents';
import type { WorkerSession } from '../model/environment';
import type { ExecutionStart } from '../model/execution';
import type { JsonObject } from '../model/json';
import type { AskedActivity, UnsettledExecution } from '../store/interface/settling';
import type { WriteRecord } from '../store/interface/written';
import type { Store } from '../store/store';
import { type ActivityHistory, hasBegun, readActivities } from '../temporal/activity-history';
import { readBuild, readExecutionStart } from '../temporal/execution-history';
import type { HistoryReader, HistoryValues } from '../temporal/history-values';
import type { ReconcileCounts } from './counts';
import { HistoryFlow } from './histories/history-flow';
import { metadataReader, type RunParts, runRecords } from './histories/history-runs';
import type { Look } from './histories/history-source';

interface AskedOptions {
  store: Pick<Store, 'context' | 'execution'>;
  /** Reads sessions of workers with the plugin, up to a limit. */
  sessions(): Promise<WorkerSession[]>;
  values: HistoryValues;
  reader: HistoryReader;
}

/** Returns the reconstructed runs, and records that mark their activities as done. Empty if the server did not answer. */
export async function askedRecords(
  execution: UnsettledExecution,
  look: Look,
  options: AskedOptions,
  counts: ReconcileCounts,
): Promise<WriteRecord[]> {
  if (execution.asked.length === 0 || look.kind === 'unavailable') return [];
  const records: WriteRecord[] = [];
  const parts = await runParts(execution, look, options);
  const recordsOf = await recordedTypes(options);
  const history = look.kind === 'history' ? readActivities(look.events, execution.run_id) : undefined;
  for (const asked of execution.asked) {
    const { run_id, activity_id } = asked;
    const activity = history?.findLast((one) => one.activity_id === activity_id);
    const wanted = !asked.recorded && recordsOf(asked);
    if (wanted && activity && hasBegun(activity)) {
      counts.recorded += 1;
      records.push(...(await runRecords({ ...parts, lab: asked.lab }, activity)));
    } else if (wanted && !history) {
      counts.recorded += 1;
      records.push(...(await runRecords({ ...parts, lab: asked.lab }, asSeen(asked))).map(seenRecord(asked)));
    }
    records.push({ kind: 'answered', run_id, activity_id });
  }
  return records;
}

/** Returns a function that is false if a worker with the plugin, on the activity's own queue, excludes its type by a rule. */
async function recordedTypes(options: AskedOptions): Promise<(asked: AskedActivity) => boolean> {
  const { values } = options;
  const sessions = await options.sessions();
  return ({ namespace, task_queue, activity_type, scheduled_time, time }) =>
    sessions
      .filter((session) => session.namespace === namespace && session.task_queue === task_queue)
      .filter(({ start_time, stop_time = time }) => start_time <= time && stop_time >= scheduled_time)
      .every(({ detail }) => values.captures(detail.capture, activity_type));
}

async function runParts(
  execution: UnsettledExecution,
  look: Look,
  { store, values, reader }: AskedOptions,
): Promise<Omit<RunParts, 'lab'>> {
  const { namespace, workflow_id, run_id } = execution;
  const events = look.kind === 'history' ? look.events : [];
  const recorded = await readExecutionStart(events[0], { namespace, workflow_id, run_id }, reader);
  const start =
    (recorded && { ...recorded, ...readBuild(events, run_id) }) ??
    (await store.execution(run_id))?.start ??
    startOf(execution.asked[0] as AskedActivity);
  const flow = HistoryFlow.of(events, values, reader);
  return {
    origin: 'workflow',
    start,
    reader,
    flow,
    metadata: metadataReader(values, events[0], start, store),
  };
}

/** Returns an execution's start from one of its activities, if no other facts are known. */
function startOf({ namespace, workflow_id, run_id, workflow_type, ...asked }: AskedActivity): ExecutionStart {
  return {
    schema_version: SCHEMA_VERSION,
    namespace,
    workflow_id,
    run_id,
    workflow_type,
    start_time: asked.scheduled_time,
    task_queue: asked.task_queue,
    first_execution_run_id: run_id,
    attempt: 1,
    origin: 'sandbox',
  };
}

/** Returns the activity as the workflow saw it, in the form of a history. */
function asSeen(asked: AskedActivity): ActivityHistory {
  const { activity_id, activity_type, task_queue, scheduled_time, outcome, time } = asked;
  return {
    activity_id,
    activity_type,
    is_local: false,
    task_queue,
    scheduled_time,
    scheduled_event_id: 0,
    end: { outcome, time, event_id: 0 },
  };
}

/** Marks records as settled by the workflow's report. */
function seenRecord({ error }: AskedActivity): (record: WriteRecord) => WriteRecord {
  return (record) => {
    if (record.kind !== 'settled') return record;
    const evidence = { source: 'workflow', ...(error && { error: error as unknown as JsonObject }) };
    return { ...record, document: { ...record.document, evidence } };
  };
}
