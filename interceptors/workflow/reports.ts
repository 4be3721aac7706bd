/**
 * The sink messages of a workflow about itself: its start, once per run id, and its end as its last commands
 * show it. Only bounded JSON text. [isolate-safe]
 * @module
 */
import type { Payload } from '@temporalio/common';
import type { WorkflowInfo } from '@temporalio/workflow';
import { type ExecutionAddress, type RecordedError, SCHEMA_VERSION } from '../../src/model/documents';
import type { ExecutionClose, ExecutionStart, ExecutionStatus } from '../../src/model/execution';
import type { ExecutionAncestry } from '../../src/temporal/header';
import { boundedJson, boundedJsonArray, cutText, payloadJson } from './bounded-json';
import { MAX_SINK_TEXT_LENGTH } from './sinks';

/** Search attributes with which the server names the schedule that started a workflow, and its planned time. */
const SCHEDULE_ATTRIBUTE = 'TemporalScheduledById';
const SCHEDULE_TIME_ATTRIBUTE = 'TemporalScheduledStartTime';

/** Limit for the parts of a message that vary in size. The rest is small. */
const VALUES_ROOM = MAX_SINK_TEXT_LENGTH - 65_536;
const MEMO_ROOM = 65_536;
const TEXT_ROOM = 16_384;
const CAUSE_DEPTH = 8;

/**
 * The shape of commands, as far as an end is read from it. Structural, because the protocol's types are not
 * available here.
 */
interface WorkflowCommand {
  completeWorkflowExecution?: { result?: Payload | null } | null;
  failWorkflowExecution?: { failure?: CommandFailure | null } | null;
  cancelWorkflowExecution?: object | null;
  continueAsNewWorkflowExecution?: { workflowType?: string | null } | null;
}

interface CommandFailure {
  message?: string | null;
  stackTrace?: string | null;
  cause?: CommandFailure | null;
  applicationFailureInfo?: { type?: string | null; nonRetryable?: boolean | null } | null;
  canceledFailureInfo?: object | null;
  timeoutFailureInfo?: object | null;
  terminatedFailureInfo?: object | null;
  activityFailureInfo?: object | null;
  childWorkflowExecutionFailureInfo?: object | null;
}

/** The ancestry of the workflow, for the headers of its activities; empty if it has no relatives. */
export function executionAncestry(info: WorkflowInfo, caller?: ExecutionAddress): ExecutionAncestry {
  const ancestry: ExecutionAncestry = {};
  if (info.firstExecutionRunId !== info.runId) ancestry.first_execution_run_id = info.firstExecutionRunId;
  if (info.parent) {
    ancestry.parent = {
      workflow_id: info.parent.workflowId,
      run_id: info.parent.runId,
      namespace: info.parent.namespace,
    };
  }
  if (info.root) ancestry.root = { workflow_id: info.root.workflowId, run_id: info.root.runId };
  const schedule = scheduleId(info);
  if (schedule) ancestry.schedule_id = schedule;
  const meant = scheduledStartTime(info);
  if (meant !== undefined) ancestry.scheduled_start_time = meant;
  if (caller) ancestry.caller = caller;
  return ancestry;
}

/** The text of the {@link ExecutionStart}. */
export function executionStartText(
  info: WorkflowInfo,
  args: readonly unknown[],
  ancestry: ExecutionAncestry | undefined,
): string {
  const start: ExecutionStart = {
    schema_version: SCHEMA_VERSION,
    ...address(info),
    workflow_type: info.workflowType,
    start_time: info.runStartTime.getTime() / 1000,
    task_queue: info.taskQueue,
    first_execution_run_id: info.firstExecutionRunId,
    continued_from: info.continuedFromExecutionRunId || undefined,
    reset_from: resetFrom(info),
    parent: ancestry?.parent ? { namespace: info.namespace, ...ancestry.parent } : undefined,
    root: ancestry?.root,
    schedule_id: ancestry?.schedule_id,
    scheduled_start_time: ancestry?.scheduled_start_time,
    caller: ancestry?.caller,
    cron_schedule: info.cronSchedule || undefined,
    attempt: info.attempt,
    build_id: info.currentDeploymentVersion?.buildId || info.currentBuildId || undefined,
    deployment: info.currentDeploymentVersion?.deploymentName || undefined,
    origin: 'sandbox',
  };
  const values = [`"args":${boundedJsonArray(args, VALUES_ROOM - 2 * MEMO_ROOM)}`];
  if (hasKeys(info.memo)) values.push(`"memo":${boundedJson(info.memo, MEMO_ROOM)}`);
  if (hasKeys(info.searchAttributes)) {
    values.push(`"search_attributes":${boundedJson(info.searchAttributes, MEMO_ROOM)}`);
  }
  return withMembers(start, values);
}

/** The text of the {@link ExecutionClose}, or `undefined` while no command ends the workflow. */
export function executionCloseText(
  info: WorkflowInfo,
  commands: readonly WorkflowCommand[],
): string | undefined {
  for (const command of commands) {
    if (command.completeWorkflowExecution) {
      const { result } = command.completeWorkflowExecution;
      return closeText(info, 'completed', {}, result && `"result":[${payloadJson(result, VALUES_ROOM)}]`);
    }
    if (command.failWorkflowExecution) {
      const { failure } = command.failWorkflowExecution;
      return closeText(info, 'failed', { error: failure ? recordedFailure(failure) : undefined });
    }
    if (command.cancelWorkflowExecution) return closeText(info, 'canceled', {});
    if (command.continueAsNewWorkflowExecution) {
      const continued_as = command.continueAsNewWorkflowExecution.workflowType || info.workflowType;
      return closeText(info, 'continued_as_new', { continued_as });
    }
  }
  return undefined;
}

function closeText(
  info: WorkflowInfo,
  status: ExecutionStatus,
  rest: Partial<ExecutionClose>,
  member?: string | null,
): string {
  // The receiver of the sink call fills in the time: the sandbox's clock shows the beginning of the task.
  return withMembers(
    { schema_version: SCHEMA_VERSION, ...address(info), close_time: 0, status, origin: 'sandbox', ...rest },
    member ? [member] : [],
  );
}

function recordedFailure(failure: CommandFailure, depth = 0): RecordedError {
  return {
    type: failure.applicationFailureInfo?.type || failureType(failure),
    message: cutText(failure.message ?? '', TEXT_ROOM),
    stack: failure.stackTrace ? cutText(failure.stackTrace, TEXT_ROOM) : undefined,
    non_retryable: failure.applicationFailureInfo?.nonRetryable || undefined,
    cause: failure.cause && depth < CAUSE_DEPTH ? recordedFailure(failure.cause, depth + 1) : undefined,
  };
}

function failureType(failure: CommandFailure): string {
  if (failure.activityFailureInfo) return 'ActivityFailure';
  if (failure.childWorkflowExecutionFailureInfo) return 'ChildWorkflowFailure';
  if (failure.timeoutFailureInfo) return 'TimeoutFailure';
  if (failure.canceledFailureInfo) return 'CancelledFailure';
  return failure.terminatedFailureInfo ? 'TerminatedFailure' : 'Error';
}

function address(info: WorkflowInfo): ExecutionAddress {
  return { namespace: info.namespace, workflow_id: info.workflowId, run_id: info.runId };
}

/** After a reset the original run id differs, although no run was continued. */
function resetFrom(info: WorkflowInfo): string | undefined {
  const original = info.originalExecutionRunId;
  return original && original !== info.runId ? original : undefined;
}

function scheduleId(info: WorkflowInfo): string | undefined {
  const value = info.searchAttributes?.[SCHEDULE_ATTRIBUTE]?.[0];
  return typeof value === 'string' ? value : undefined;
}

function scheduledStartTime(info: WorkflowInfo): number | undefined {
  const value = info.searchAttributes?.[SCHEDULE_TIME_ATTRIBUTE]?.[0];
  return value instanceof Date ? value.getTime() / 1000 : undefined;
}

function hasKeys(value: object | undefined): boolean {
  return value !== undefined && Object.keys(value).length > 0;
}

/** Builds an object's JSON with members whose text exists already. */
function withMembers(value: object, members: readonly string[]): string {
  const text = JSON.stringify(value);
  return members.length ? `${text.slice(0, -1)},${members.join(',')}}` : text;
}
