/**
 * The server's facts about a standalone activity. It has no history, only a description with its last attempt. Pure.
 * @module
 */
import type { Outcome } from '../model/documents';
import type { ActivityHistory } from '../temporal/activity-history';
import { eventSeconds } from '../temporal/event-values';
import type { ActivityAddress, ActivityDescription, ActivityLook } from './histories/history-source';
import type { ExecutionEvidence } from './judge';

/** Outcomes by Temporal's number of a status. Running activities have none. */
const OUTCOMES: { readonly [status: number]: Outcome | undefined } = {
  2: 'completed',
  3: 'failed',
  4: 'canceled',
  5: 'canceled', // terminated
  6: 'timed_out',
};

/** Returns evidence on the runs of a standalone activity, for the judge. */
export function standaloneEvidence(
  { activity_id, activity_run_id }: ActivityAddress,
  look: ActivityLook,
): ExecutionEvidence {
  const none = { run_id: activity_run_id, activities: new Map(), pending: new Map() };
  if (look.kind === 'gone') return { source: 'gone', ...none };
  // As with a running activity, the only evidence is the other runs in the store.
  if (look.kind === 'unavailable') return { source: 'history', ...none };
  const activity = readDescription(activity_id, look.description);
  if (activity.end) return { source: 'history', ...none, activities: new Map([[activity_id, [activity]]]) };
  const { attempt = 1, last_failure } = activity;
  return { source: 'history', ...none, pending: new Map([[activity_id, { attempt, last_failure }]]) };
}

function readDescription(activity_id: string, { info, outcome }: ActivityDescription): ActivityHistory {
  const ended = OUTCOMES[info?.status ?? 0];
  // After the activity has failed, the last failure belongs to the last attempt itself.
  const describesEarlierAttempt = ended === undefined || ended === 'completed';
  return {
    activity_id,
    activity_type: info?.activityType?.name ?? '',
    is_local: false,
    task_queue: info?.taskQueue ?? undefined,
    scheduled_time: eventSeconds(info?.scheduleTime) ?? 0,
    scheduled_event_id: 0,
    attempt: info?.attempt ?? undefined,
    started_time: eventSeconds(info?.lastStartedTime),
    worker_identity: info?.lastWorkerIdentity || undefined,
    ...(describesEarlierAttempt && info?.lastFailure && { last_failure: info.lastFailure }),
    ...(ended && {
      end: {
        outcome: ended,
        time: eventSeconds(info?.closeTime) ?? 0,
        ...(outcome?.failure && { failure: outcome.failure }),
      },
    }),
  };
}
