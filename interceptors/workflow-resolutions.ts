/**
 * The workflow's own view of how its activities ended, read from the jobs of an activation: it costs no request and no reaction
 * on any promise of the user's. [isolate-safe]
 * @module
 */
import type { coresdk } from '@temporalio/proto';

type Job = coresdk.workflow_activation.IWorkflowActivationJob;

/** `[activity id, outcome, UNIX seconds, identity of the worker]`; the last is told of a failed one alone. */
export type Resolution = [
  activity_id: string,
  outcome: 'completed' | 'failed' | 'timed_out' | 'canceled',
  time: number,
  worker_identity?: string,
];

/** Activity ids by the number that the SDK gives to each schedule command. */
export class ScheduledActivities {
  readonly #ids = new Map<number, string>();

  /** An activity is about to be scheduled. */
  remember(seq: number, activity_id: string | undefined): void {
    this.#ids.set(seq, activity_id ?? String(seq));
  }

  /** What the jobs of one activation say of activities that were scheduled here. */
  resolve(jobs: readonly Job[], time: number): Resolution[] {
    const resolutions: Resolution[] = [];
    for (const { resolveActivity } of jobs) {
      if (!resolveActivity) continue;
      const seq = resolveActivity.seq ?? 0;
      const id = this.#ids.get(seq);
      const outcome = outcomeOf(resolveActivity.result);
      if (id !== undefined && outcome) {
        const identity = resolveActivity.result?.failed?.failure?.activityFailureInfo?.identity;
        const told = outcome === 'failed' && identity ? identity : undefined;
        resolutions.push(told ? [id, outcome, time, told] : [id, outcome, time]);
      }
      this.#ids.delete(seq);
    }
    return resolutions;
  }
}

function outcomeOf(
  result: coresdk.activity_result.IActivityResolution | null | undefined,
): Resolution[1] | undefined {
  if (result?.completed) return 'completed';
  if (result?.cancelled) return 'canceled';
  if (result?.failed) return result.failed.failure?.cause?.timeoutFailureInfo ? 'timed_out' : 'failed';
  return undefined; // a local activity that backs off: another attempt comes
}
