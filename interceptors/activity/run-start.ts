/**
 * The draft of a run: the facts of the attempt, of its execution and of its worker, before stash, rules and
 * store are applied. Constant parts are built once per worker and once per execution and scope. Node only.
 * @module
 */
import type { Info } from '@temporalio/activity';

import type { TemporalStart } from '../../src/model/documents';
import type { Json, JsonObject } from '../../src/model/json';
import type { RunDraft } from '../../src/record/opening/run-draft';
import { newUid } from '../../src/record/uid';
import { passedTo } from '../../src/values/passed-on';
import type { CountedValues } from '../../src/values/policy';
import { activeSpan } from './active-span';
import type { ResolvedMetadata } from './metadata-resolver';

/** What is the same for every run of a worker. */
export interface WorkerConstants {
  lab: string;
  /** Facts about the worker, in the form in which documents contain them. */
  worker: TemporalStart['worker'];
  session_id?: string;
  environment?: string;
  code?: string;
  stash_at: 'run' | 'execution';
  /** Which runs share one scan id. */
  share_scan_id: 'activity' | 'execution' | false;
}

/** What is the same for every run of an execution and scope. */
export interface ExecutionConstants {
  resolved: ResolvedMetadata;
  inferred: JsonObject;
  /** The part that becomes the run's `temporal`. */
  temporal: Pick<
    TemporalStart,
    | 'namespace'
    | 'workflow_id'
    | 'run_id'
    | 'workflow_type'
    | 'first_execution_run_id'
    | 'parent'
    | 'root'
    | 'schedule_id'
    | 'scheduled_start_time'
    | 'caller'
  >;
}

/** Builds the part that runs of an execution and scope share. */
export function executionConstants(info: Info, resolved: ResolvedMetadata): ExecutionConstants {
  const inferred: JsonObject = {
    plan_name: info.workflowType ?? info.activityType,
    plan_type: info.inWorkflow ? 'workflow' : 'activity',
  };
  if (info.inWorkflow && resolved.args) inferred.plan_args = resolved.args;
  const temporal: ExecutionConstants['temporal'] = { namespace: info.namespace };
  if (info.workflowExecution) {
    const { workflowId, runId } = info.workflowExecution;
    temporal.workflow_id = workflowId;
    temporal.run_id = runId;
    temporal.workflow_type = info.workflowType;
    if (resolved.ancestry)
      temporal.first_execution_run_id = resolved.ancestry.first_execution_run_id ?? runId;
  }
  const { parent, root, schedule_id, scheduled_start_time, caller } = resolved.ancestry ?? {};
  if (parent) temporal.parent = parent;
  if (root) temporal.root = root;
  if (schedule_id) temporal.schedule_id = schedule_id;
  if (scheduled_start_time !== undefined) temporal.scheduled_start_time = scheduled_start_time;
  if (caller) temporal.caller = caller;
  return { resolved, inferred, temporal };
}

interface DraftParts {
  worker: WorkerConstants;
  execution: ExecutionConstants;
  values: CountedValues;
  /** The data of its header; absent if there is none. */
  header?: Uint8Array | null;
}

/** Builds the draft of one attempt. */
export function runDraft(
  info: Info,
  args: readonly unknown[],
  numbered: boolean,
  constants: DraftParts,
): RunDraft {
  const { worker, execution } = constants;
  const recordedArgs = constants.values.values(args);
  const standalone = !info.inWorkflow;
  const { user, plan, issues, incomplete } = execution.resolved;
  return {
    uid: newUid(),
    time: Date.now() / 1000,
    lab: worker.lab,
    numbered,
    ...sharingOf(worker, execution.temporal),
    layers: {
      user,
      plan,
      inferred: standalone ? { ...execution.inferred, plan_args: recordedArgs } : execution.inferred,
    },
    issues,
    incomplete,
    stash_at: worker.stash_at,
    temporal: temporalStart(info, recordedArgs, args, constants),
    ...passedTo(constants.header, info.workflowExecution?.runId, constants.values),
    redactions: constants.values.redactions,
    session_id: worker.session_id,
    environment: worker.environment,
    code: worker.code,
  };
}

/** Attempts of a standalone activity have no execution. They share the scan id of their activity. */
function sharingOf(
  { share_scan_id }: WorkerConstants,
  { run_id, parent, root }: ExecutionConstants['temporal'],
): Pick<RunDraft, 'share_scan_id' | 'scan_root'> {
  if (share_scan_id !== 'execution' || run_id === undefined)
    return { share_scan_id: share_scan_id !== false };
  return { share_scan_id: false, scan_root: root?.run_id || parent?.run_id || run_id };
}

function temporalStart(
  info: Info,
  args: Json[],
  whole: readonly unknown[],
  { worker, execution, values }: DraftParts,
): TemporalStart {
  const start: TemporalStart = {
    ...execution.temporal,
    activity_id: info.activityId,
    activity_type: info.activityType,
    args,
    options: activityOptions(info),
    attempt: info.attempt,
    is_local: info.isLocal,
    task_queue: info.taskQueue,
    scheduled_time: info.currentAttemptScheduledTimestampMs / 1000,
    worker: worker.worker,
    ...activeSpan(),
  };
  const indexed = values.taken('args', args, whole);
  if (indexed) start.indexed = indexed;
  if (info.activityRunId) start.activity_run_id = info.activityRunId;
  const details: unknown = info.heartbeatDetails;
  if (details !== undefined && details !== null) start.heartbeat_details = [values.value(details)];
  return start;
}

function activityOptions(info: Info): TemporalStart['options'] {
  const options: TemporalStart['options'] = {};
  if (info.startToCloseTimeoutMs > 0) options.start_to_close_timeout_ms = info.startToCloseTimeoutMs;
  if (info.scheduleToCloseTimeoutMs > 0) options.schedule_to_close_timeout_ms = info.scheduleToCloseTimeoutMs;
  if (info.heartbeatTimeoutMs) options.heartbeat_timeout_ms = info.heartbeatTimeoutMs;
  const retry = info.retryPolicy && retryPolicy(info.retryPolicy);
  if (retry) options.retry_policy = retry;
  const priorities = info.priority && priority(info.priority);
  if (priorities) options.priority = priorities;
  return options;
}

function retryPolicy(policy: NonNullable<Info['retryPolicy']>): JsonObject | undefined {
  return defined({
    initial_interval_ms: policy.initialInterval as number | undefined,
    backoff_coefficient: policy.backoffCoefficient,
    maximum_interval_ms: policy.maximumInterval as number | undefined,
    // Temporal uses Infinity for "no limit", which JSON cannot express.
    maximum_attempts: Number.isFinite(policy.maximumAttempts) ? policy.maximumAttempts : undefined,
    non_retryable_error_types: policy.nonRetryableErrorTypes,
  });
}

function priority(value: NonNullable<Info['priority']>): JsonObject | undefined {
  return defined({
    priority_key: value.priorityKey,
    fairness_key: value.fairnessKey,
    fairness_weight: value.fairnessWeight,
  });
}

/** Leaves out undefined members; `undefined` if all are. */
function defined(object: { [key: string]: Json | undefined }): JsonObject | undefined {
  let result: JsonObject | undefined;
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    result ??= {};
    result[key] = value;
  }
  return result;
}
