/**
 * Reads the execution itself from a workflow history: how it started, the decisions from outside, how it
 * closed. The given reader decides how values are recorded.
 * @module
 */
import type { temporal } from '@temporalio/proto';
import { type ExecutionAddress, SCHEMA_VERSION } from '../model/documents';
import type { ExecutionClose, ExecutionStart, ExecutionStatus } from '../model/execution';
import { isJsonObject, type JsonObject } from '../model/json';
import { firstOwnEvent, type HistoryEvent } from './activity-history';
import { eventSeconds } from './event-values';
import { decodePlain, type HistoryReader } from './history-values';

/** The opening facts of an execution from its first event; undefined if that is not a start event. */
export async function readExecutionStart(
  event: HistoryEvent | undefined,
  address: ExecutionAddress,
  reader: Pick<HistoryReader, 'payloads' | 'memo' | 'plain'>,
): Promise<ExecutionStart | undefined> {
  const attributes = event?.workflowExecutionStartedEventAttributes;
  if (!event || !attributes) return undefined;
  const args = await reader.payloads(attributes.input?.payloads ?? []);
  const memo = await readMemo(attributes.memo?.fields, reader);
  const search = readSearchAttributes(attributes.searchAttributes?.indexedFields);
  return {
    schema_version: SCHEMA_VERSION,
    ...address,
    workflow_type: attributes.workflowType?.name ?? '',
    start_time: eventSeconds(event.eventTime) ?? 0,
    task_queue: attributes.taskQueue?.name ?? '',
    first_execution_run_id: attributes.firstExecutionRunId || address.run_id,
    ...readAncestry(attributes, address, search),
    attempt: attributes.attempt || 1,
    args,
    ...(memo && { memo }),
    ...(search && { search_attributes: reader.plain(search) as JsonObject }),
    ...(attributes.inheritedBuildId && { build_id: attributes.inheritedBuildId }),
    origin: 'history',
  };
}

type StartAttributes = temporal.api.history.v1.IWorkflowExecutionStartedEventAttributes;

function readAncestry(
  attributes: StartAttributes,
  address: ExecutionAddress,
  search: { [name: string]: unknown } | undefined,
): Partial<ExecutionStart> {
  const ancestry: Partial<ExecutionStart> = {};
  const parent = attributes.parentWorkflowExecution;
  const root = attributes.rootWorkflowExecution;
  const original = attributes.originalExecutionRunId;
  if (attributes.continuedExecutionRunId) ancestry.continued_from = attributes.continuedExecutionRunId;
  if (original && original !== address.run_id) ancestry.reset_from = original;
  if (attributes.cronSchedule) ancestry.cron_schedule = attributes.cronSchedule;
  if (parent?.workflowId) {
    const namespace = attributes.parentWorkflowNamespace || address.namespace;
    ancestry.parent = { workflow_id: parent.workflowId, run_id: parent.runId ?? '', namespace };
  }
  if (root?.workflowId && root.runId !== address.run_id) {
    ancestry.root = { workflow_id: root.workflowId, run_id: root.runId ?? '' };
  }
  const schedule = [search?.TemporalScheduledById].flat()[0];
  if (typeof schedule === 'string') ancestry.schedule_id = schedule;
  const meant = Date.parse(String([search?.TemporalScheduledStartTime].flat()[0])) / 1000;
  if (Number.isFinite(meant)) ancestry.scheduled_start_time = meant;
  return ancestry;
}

/**
 * The build that ran the execution, from the first of its own workflow tasks: a start contains only the
 * inherited build.
 */
export function readBuild(
  events: readonly HistoryEvent[],
  run_id: string,
): Pick<ExecutionStart, 'build_id' | 'deployment'> {
  const own = events.slice(firstOwnEvent(events, run_id));
  const task = own.find(
    (event) => event.workflowTaskCompletedEventAttributes,
  )?.workflowTaskCompletedEventAttributes;
  const build_id = task?.deploymentVersion?.buildId || task?.workerVersion?.buildId;
  const deployment = task?.deploymentVersion?.deploymentName || task?.workerDeploymentName;
  return { ...(build_id && { build_id }), ...(deployment && { deployment }) };
}

type Fields = NonNullable<StartAttributes['memo']>['fields'];

async function readMemo(
  fields: Fields,
  reader: Pick<HistoryReader, 'memo'>,
): Promise<JsonObject | undefined> {
  const entries = Object.entries(fields ?? {});
  if (entries.length === 0) return undefined;
  const values = await Promise.all(entries.map(([, payload]) => reader.memo(payload)));
  return Object.fromEntries(entries.map(([name], index) => [name, values[index] ?? null]));
}

/** The server reads search attributes, so a lab's codec never encodes them. */
function readSearchAttributes(fields: Fields): { [name: string]: unknown } | undefined {
  const entries = Object.entries(fields ?? {});
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([name, payload]) => [name, decodePlain(payload)]));
}

/**
 * How the execution closed, according to the server; undefined while it runs. `events` may be only the last
 * ones.
 */
export async function readExecutionClose(
  events: readonly HistoryEvent[],
  address: ExecutionAddress,
  reader: Pick<HistoryReader, 'payloads' | 'error'>,
): Promise<ExecutionClose | undefined> {
  const last = events.at(-1);
  const status = last && closingStatus(last);
  if (!last || !status) return undefined;
  const failure = last.workflowExecutionFailedEventAttributes?.failure;
  const result = last.workflowExecutionCompletedEventAttributes?.result?.payloads;
  const continued = last.workflowExecutionContinuedAsNewEventAttributes;
  return {
    schema_version: SCHEMA_VERSION,
    ...address,
    close_time: eventSeconds(last.eventTime) ?? 0,
    status,
    ...(result?.length && { result: await reader.payloads(result) }),
    ...(failure && { error: reader.error(failure) }),
    ...(continued?.workflowType?.name && { continued_as: continued.workflowType.name }),
    origin: 'server',
  };
}

/** How the execution closed with this event; undefined if the event closes nothing. */
export function closingStatus(event: HistoryEvent): ExecutionStatus | undefined {
  if (event.workflowExecutionCompletedEventAttributes) return 'completed';
  if (event.workflowExecutionFailedEventAttributes) return 'failed';
  if (event.workflowExecutionCanceledEventAttributes) return 'canceled';
  if (event.workflowExecutionTerminatedEventAttributes) return 'terminated';
  if (event.workflowExecutionTimedOutEventAttributes) return 'timed_out';
  if (event.workflowExecutionContinuedAsNewEventAttributes) return 'continued_as_new';
  return undefined;
}

/** True if this version does not know the event: a newer server wrote it. */
export function isUnknownEvent(event: HistoryEvent): boolean {
  return (
    !event.eventType ||
    !Object.entries(event).some(([name, value]) => name.endsWith('EventAttributes') && isJsonObject(value))
  );
}
