/**
 * The workflow's own view of how its activities ended, read from the jobs of an activation. It needs no
 * request, and adds no reaction to any promise of the user. [isolate-safe]
 * @module
 */
import type { coresdk, temporal } from '@temporalio/proto';

type Failure = temporal.api.failure.v1.IFailure;
type Job = coresdk.workflow_activation.IWorkflowActivationJob;

/**
 * `[activity id, outcome, UNIX seconds, identity of the worker, what was requested]`. The identity is present
 * only for a failed activity, the last element only for a remote one.
 */
export type Resolution = [
  activity_id: string,
  outcome: 'completed' | 'failed' | 'timed_out' | 'canceled',
  time: number,
  worker_identity?: string | null,
  scheduled?: Scheduled,
];

/**
 * `[activity type, task queue, UNIX seconds, type and message of the failure]`: what a run's record can be made
 * of.
 */
export type Scheduled = [
  activity_type: string,
  task_queue: string,
  scheduled_time: number,
  failure_type?: string,
  failure_message?: string,
];

/** Characters of a failure's message. The server has all of it. */
const MESSAGE_ROOM = 200;

/** Activities by the number that the SDK gives to each schedule command. */
export class ScheduledActivities {
  readonly #known = new Map<number, { id: string; scheduled?: Scheduled }>();

  /** Called before an activity is scheduled. `scheduled` is present for a remote activity. */
  remember(seq: number, activity_id: string | undefined, scheduled?: Scheduled): void {
    this.#known.set(seq, { id: activity_id ?? String(seq), scheduled });
  }

  /** Returns what the jobs of one activation show about activities that were scheduled here. */
  resolve(jobs: readonly Job[], time: number): Resolution[] {
    const resolutions: Resolution[] = [];
    for (const { resolveActivity } of jobs) {
      if (!resolveActivity) continue;
      const seq = resolveActivity.seq ?? 0;
      const known = this.#known.get(seq);
      const outcome = outcomeOf(resolveActivity.result);
      if (known && outcome) {
        const { id, scheduled } = known;
        const failure = resolveActivity.result?.failed?.failure;
        const identity = (outcome === 'failed' && failure?.activityFailureInfo?.identity) || null;
        const resolution: Resolution = [id, outcome, time];
        if (scheduled || identity) resolution.push(identity);
        if (scheduled) resolution.push(withFailure(scheduled, failure?.cause));
        resolutions.push(resolution);
      }
      this.#known.delete(seq);
    }
    return resolutions;
  }
}

/** Keeps only how the activity ended. */
export function withoutSchedule([id, outcome, time, identity]: Resolution): Resolution {
  return [id, outcome, time, identity];
}

function withFailure(scheduled: Scheduled, cause: Failure | null | undefined): Scheduled {
  if (!cause) return scheduled;
  const type = cause.applicationFailureInfo?.type || 'Error';
  return [scheduled[0], scheduled[1], scheduled[2], type, (cause.message ?? '').slice(0, MESSAGE_ROOM)];
}

function outcomeOf(
  result: coresdk.activity_result.IActivityResolution | null | undefined,
): Resolution[1] | undefined {
  if (result?.completed) return 'completed';
  if (result?.cancelled) return 'canceled';
  if (result?.failed) return result.failed.failure?.cause?.timeoutFailureInfo ? 'timed_out' : 'failed';
  return undefined; // A local activity backs off: another attempt follows.
}
