/**
 * What a workflow history says of the execution itself: how it started, what was decided from outside, how it closed.
 * Payloads are decoded by a function that is given; one that can't be decoded is recorded by its digest.
 * @module
 */
import { createHash } from 'node:crypto';
import type { temporal } from '@temporalio/proto';
import type { ExecutionAddress, RecordedError } from '../model/documents';
import type { ExecutionClose, ExecutionStart, ExecutionStatus } from '../model/execution';
import { isJsonObject, type Json, type JsonObject } from '../model/json';
import type { Failure, HistoryEvent, Payloads } from './activity-history';
import { eventNumber, eventSeconds } from './event-values';

type Payload = temporal.api.common.v1.IPayload;

/** Turns payloads into recorded values; never rejects. */
export type RecordPayloads = (payloads: readonly Payload[]) => Promise<Json[]>;

/** Payloads by their digest alone: what can be said of a payload without decoding it. */
export async function digestPayloads(payloads: readonly Payload[]): Promise<Json[]> {
  return payloads.map((payload) => {
    const bytes = payload.data ?? new Uint8Array();
    const encoding = payload.metadata?.encoding;
    return {
      digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
      size_bytes: bytes.length,
      type: encoding ? Buffer.from(encoding).toString('utf8') : 'unknown',
    };
  });
}

/** The opening facts of an execution from its first event; undefined when that is no start event. */
export async function readExecutionStart(
  event: HistoryEvent | undefined,
  address: ExecutionAddress,
  record: RecordPayloads,
): Promise<ExecutionStart | undefined> {
  const attributes = event?.workflowExecutionStartedEventAttributes;
  if (!event || !attributes) return undefined;
  const args = await record(attributes.input?.payloads ?? []);
  const memo = await readFields(attributes.memo?.fields, record);
  const search = await readFields(attributes.searchAttributes?.indexedFields, record);
  return {
    ...address,
    workflow_type: attributes.workflowType?.name ?? '',
    start_time: eventSeconds(event.eventTime) ?? 0,
    task_queue: attributes.taskQueue?.name ?? '',
    first_execution_run_id: attributes.firstExecutionRunId || address.run_id,
    ...readPlace(attributes, address, search),
    attempt: attributes.attempt || 1,
    args,
    ...(memo && { memo }),
    ...(search && { search_attributes: search }),
    ...(attributes.inheritedBuildId && { build_id: attributes.inheritedBuildId }),
    origin: 'history',
  };
}

type StartAttributes = temporal.api.history.v1.IWorkflowExecutionStartedEventAttributes;

function readPlace(
  attributes: StartAttributes,
  address: ExecutionAddress,
  search: JsonObject | undefined,
): Partial<ExecutionStart> {
  const place: Partial<ExecutionStart> = {};
  const parent = attributes.parentWorkflowExecution;
  const root = attributes.rootWorkflowExecution;
  const original = attributes.originalExecutionRunId;
  if (attributes.continuedExecutionRunId) place.continued_from = attributes.continuedExecutionRunId;
  if (original && original !== address.run_id) place.reset_from = original;
  if (attributes.cronSchedule) place.cron_schedule = attributes.cronSchedule;
  if (parent?.workflowId) {
    const namespace = attributes.parentWorkflowNamespace || address.namespace;
    place.parent = { workflow_id: parent.workflowId, run_id: parent.runId ?? '', namespace };
  }
  if (root?.workflowId && root.runId !== address.run_id) {
    place.root = { workflow_id: root.workflowId, run_id: root.runId ?? '' };
  }
  const schedule = search?.TemporalScheduledById;
  if (typeof schedule === 'string') place.schedule_id = schedule;
  return place;
}

async function readFields(
  fields: { [name: string]: Payload } | null | undefined,
  record: RecordPayloads,
): Promise<JsonObject | undefined> {
  const entries = Object.entries(fields ?? {});
  if (entries.length === 0) return undefined;
  const values = await record(entries.map(([, payload]) => payload));
  return Object.fromEntries(entries.map(([name], index) => [name, values[index] ?? null]));
}

/** How the execution closed, as the server says; undefined while it runs. `events` may be the last ones alone. */
export async function readExecutionClose(
  events: readonly HistoryEvent[],
  address: ExecutionAddress,
  record: RecordPayloads,
): Promise<ExecutionClose | undefined> {
  const last = events.at(-1);
  const status = last && closingStatus(last);
  if (!last || !status) return undefined;
  const failure = last.workflowExecutionFailedEventAttributes?.failure;
  const result = last.workflowExecutionCompletedEventAttributes?.result?.payloads;
  const continued = last.workflowExecutionContinuedAsNewEventAttributes;
  return {
    ...address,
    close_time: eventSeconds(last.eventTime) ?? 0,
    status,
    ...(result?.length && { result: await record(result) }),
    ...(failure && { error: recordFailure(failure) }),
    ...(continued?.workflowType?.name && { continued_as: continued.workflowType.name }),
    origin: 'server',
  };
}

/** How the execution closed with this event; undefined when the event closes nothing. */
export function closingStatus(event: HistoryEvent): ExecutionStatus | undefined {
  if (event.workflowExecutionCompletedEventAttributes) return 'completed';
  if (event.workflowExecutionFailedEventAttributes) return 'failed';
  if (event.workflowExecutionCanceledEventAttributes) return 'canceled';
  if (event.workflowExecutionTerminatedEventAttributes) return 'terminated';
  if (event.workflowExecutionTimedOutEventAttributes) return 'timed_out';
  if (event.workflowExecutionContinuedAsNewEventAttributes) return 'continued_as_new';
  return undefined;
}

/** A failure as history holds it, with its cause chain. Attributes that the lab's codec encoded are withheld. */
export function recordFailure(failure: Failure, depth = 0): RecordedError {
  const application = failure.applicationFailureInfo;
  const type = application?.type || failureKind(failure);
  return {
    type,
    message: failure.encodedAttributes ? '[encoded]' : (failure.message ?? ''),
    ...(failure.stackTrace && { stack: failure.stackTrace }),
    ...(application && { non_retryable: application.nonRetryable ?? false }),
    ...(failure.cause && depth < 10 && { cause: recordFailure(failure.cause, depth + 1) }),
  };
}

function failureKind(failure: Failure): string {
  const kinds: [unknown, string][] = [
    [failure.timeoutFailureInfo, 'TimeoutFailure'],
    [failure.canceledFailureInfo, 'CancelledFailure'],
    [failure.terminatedFailureInfo, 'TerminatedFailure'],
    [failure.serverFailureInfo, 'ServerFailure'],
    [failure.activityFailureInfo, 'ActivityFailure'],
    [failure.childWorkflowExecutionFailureInfo, 'ChildWorkflowFailure'],
    [failure.nexusOperationExecutionFailureInfo, 'NexusOperationFailure'],
  ];
  return kinds.find(([info]) => info)?.[1] ?? failure.source ?? 'Error';
}

/** Digest of payloads taken together: of the digests of their bytes, in order. */
export function digestOf(payloads: Payloads | null | undefined): string | undefined {
  return digestTogether((payloads?.payloads ?? []).map((payload) => payload.data ?? new Uint8Array()));
}

/** The same of payloads given as bytes or as their texts; undefined of none. */
export function digestTogether(contents: readonly (Uint8Array | string)[]): string | undefined {
  if (contents.length === 0) return undefined;
  const hash = createHash('sha256');
  for (const content of contents) hash.update(createHash('sha256').update(content).digest());
  return `sha256:${hash.digest('hex')}`;
}

/** True when an event is one that this version does not know: a newer server's. */
export function isUnknownEvent(event: HistoryEvent): boolean {
  return (
    !event.eventType ||
    !Object.entries(event).some(([name, value]) => name.endsWith('EventAttributes') && isJsonObject(value))
  );
}

/** The event's number, for messages and evidence. */
export function eventId(event: HistoryEvent): number {
  return eventNumber(event.eventId);
}
