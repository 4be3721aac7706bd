/**
 * Reads the activities of a workflow history. The server writes one `Started` event per activity, together with
 * the terminal event, and only for the last attempt; earlier attempts are known only as `lastFailure`. Local
 * activities leave a marker. Pure: reads events, and decodes only the SDK's own marker data.
 * @module
 */
import type { temporal } from '@temporalio/proto';
import type { Outcome } from '../model/documents';
import { isJsonObject, type JsonObject } from '../model/json';
import { eventNumber, eventSeconds } from './event-values';

/** One event of a history. */
export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
/** A failure in the server's form. */
export type Failure = temporal.api.failure.v1.IFailure;
/** Values in the server's form. */
export type Payloads = temporal.api.common.v1.IPayloads;

/** One activity of an execution, as its history shows it. */
export interface ActivityHistory {
  activity_id: string;
  activity_type: string;
  is_local: boolean;
  task_queue?: string;
  scheduled_time: number;
  scheduled_event_id: number;
  input?: Payloads;
  /** Headers that the workflow sent with it. */
  headers?: { [name: string]: temporal.api.common.v1.IPayload };
  /** The last attempt that started; absent while none is known to have started. */
  attempt?: number;
  started_time?: number;
  worker_identity?: string;
  /** Failure of the attempt before the last one. */
  last_failure?: Failure;
  /** How the last attempt ended; absent while it is running. */
  end?: {
    outcome: Outcome;
    time: number;
    /** Absent for a standalone activity, which has no history. */
    event_id?: number;
    failure?: Failure;
    result?: Payloads;
  };
}

/** Marker name that the SDK's core gives to local activities. */
const LOCAL_ACTIVITY_MARKER = 'core_local_activity';

/**
 * Reads the activities of one run of a workflow, in the order in which they were scheduled. The history of a
 * reset begins with a copy of the original run. What started or ended there belongs to that run, and is left
 * out here.
 */
export function readActivities(events: readonly HistoryEvent[], run_id: string): ActivityHistory[] {
  const scheduled = new Map<number, ActivityHistory>();
  const workers = new Map<number, string>();
  const ofOtherRuns = new Set<ActivityHistory>();
  const all: ActivityHistory[] = [];
  const own = firstOwnEvent(events, run_id);
  for (const [index, event] of events.entries()) {
    const taskBy = event.workflowTaskCompletedEventAttributes?.identity;
    if (taskBy) workers.set(eventNumber(event.eventId), taskBy);
    const opened = readScheduled(event) ?? readLocal(event, workers);
    if (opened) {
      scheduled.set(opened.scheduled_event_id, opened);
      all.push(opened);
    }
    const progressed = opened?.is_local ? opened : readProgress(event, scheduled);
    if (progressed && index < own) ofOtherRuns.add(progressed);
  }
  return ofOtherRuns.size === 0 ? all : all.filter((activity) => !ofOtherRuns.has(activity));
}

/**
 * True if a worker took the activity. One that was cancelled or timed out before that never ran. A time-out
 * between two attempts has no start, but has the failure of the previous attempt.
 */
export function hasBegun({ is_local, attempt, end }: ActivityHistory): boolean {
  return is_local || attempt !== undefined || Boolean(end?.failure?.cause);
}

/** Index of the first event of the run itself: 0, except after a reset. */
export function firstOwnEvent(events: readonly HistoryEvent[], run_id: string): number {
  return events.findLastIndex((event) => event.workflowTaskFailedEventAttributes?.newRunId === run_id) + 1;
}

function readScheduled(event: HistoryEvent): ActivityHistory | undefined {
  const attributes = event.activityTaskScheduledEventAttributes;
  if (!attributes) return undefined;
  return {
    activity_id: attributes.activityId ?? '',
    activity_type: attributes.activityType?.name ?? '',
    is_local: false,
    task_queue: attributes.taskQueue?.name ?? undefined,
    scheduled_time: eventSeconds(event.eventTime) ?? 0,
    scheduled_event_id: eventNumber(event.eventId),
    input: attributes.input ?? undefined,
    headers: attributes.header?.fields ?? undefined,
  };
}

/** Reads a start or an end, and returns its activity. */
function readProgress(
  event: HistoryEvent,
  scheduled: ReadonlyMap<number, ActivityHistory>,
): ActivityHistory | undefined {
  const started = event.activityTaskStartedEventAttributes;
  if (started) {
    const activity = scheduled.get(eventNumber(started.scheduledEventId));
    if (!activity) return undefined;
    activity.attempt = started.attempt ?? undefined;
    activity.started_time = eventSeconds(event.eventTime);
    activity.worker_identity = started.identity ?? undefined;
    activity.last_failure = started.lastFailure ?? undefined;
    return activity;
  }
  const end = readEnd(event);
  const activity = end && scheduled.get(end.scheduled_event_id);
  if (activity) {
    const { scheduled_event_id: _, ...rest } = end;
    activity.end = rest;
  }
  return activity;
}

function readEnd(
  event: HistoryEvent,
): (NonNullable<ActivityHistory['end']> & { scheduled_event_id: number }) | undefined {
  const attributes =
    event.activityTaskCompletedEventAttributes ??
    event.activityTaskFailedEventAttributes ??
    event.activityTaskTimedOutEventAttributes ??
    event.activityTaskCanceledEventAttributes;
  if (!attributes) return undefined;
  const outcome: Outcome = event.activityTaskCompletedEventAttributes
    ? 'completed'
    : event.activityTaskFailedEventAttributes
      ? 'failed'
      : event.activityTaskTimedOutEventAttributes
        ? 'timed_out'
        : 'canceled';
  return {
    scheduled_event_id: eventNumber(attributes.scheduledEventId),
    outcome,
    time: eventSeconds(event.eventTime) ?? 0,
    event_id: eventNumber(event.eventId),
    failure: ('failure' in attributes && attributes.failure) || undefined,
    result: ('result' in attributes && attributes.result) || undefined,
  };
}

/** `workers`: who completed the workflow tasks. A local activity runs where its workflow task does. */
function readLocal(event: HistoryEvent, workers: ReadonlyMap<number, string>): ActivityHistory | undefined {
  const marker = event.markerRecordedEventAttributes;
  if (marker?.markerName !== LOCAL_ACTIVITY_MARKER) return undefined;
  const data = markerData(marker.details?.data);
  if (!data || typeof data.activity_id !== 'string') return undefined;
  const time = markerTime(data.complete_time) ?? eventSeconds(event.eventTime) ?? 0;
  const canceled = marker.failure?.canceledFailureInfo != null;
  const timedOut = marker.failure?.timeoutFailureInfo != null;
  const outcome = !marker.failure ? 'completed' : canceled ? 'canceled' : timedOut ? 'timed_out' : 'failed';
  return {
    activity_id: data.activity_id,
    activity_type: typeof data.activity_type === 'string' ? data.activity_type : '',
    is_local: true,
    scheduled_time: markerTime(data.original_schedule_time) ?? time,
    scheduled_event_id: eventNumber(event.eventId),
    attempt: typeof data.attempt === 'number' ? data.attempt : undefined,
    worker_identity: workers.get(eventNumber(marker.workflowTaskCompletedEventId)),
    end: {
      outcome,
      time,
      event_id: eventNumber(event.eventId),
      failure: marker.failure ?? undefined,
      result: marker.details?.result ?? undefined,
    },
  };
}

function markerData(payloads: Payloads | undefined): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(payloads?.payloads?.[0]?.data ?? undefined));
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined; // Another core version's marker: this history cannot settle the activity.
  }
}

function markerTime(value: unknown): number | undefined {
  if (!isJsonObject(value) || typeof value.seconds !== 'number') return undefined;
  return value.seconds + (typeof value.nanos === 'number' ? value.nanos / 1e9 : 0);
}
