/**
 * Attempts of one activity: which came before another, and which produced the result. [isolate-safe]
 * @module
 */

/** One attempt of an activity. */
export interface Attempt {
  uid: string;
  /** From 1; counted from 1 again after a reset. */
  attempt: number;
  /** UNIX seconds. */
  scheduled_time: number;
  /** When it opened, UNIX seconds. */
  time: number;
}

/** The attempt of the same activity that `run` retries; undefined if none is recorded. */
export function retried<Run extends Attempt>(run: Attempt, others: readonly Run[]): Run | undefined {
  return lastOf(others.filter((other) => other.attempt === run.attempt - 1 && isBefore(other, run)));
}

/**
 * The attempt that produced the activity's result, among those that completed. A local activity that ran again
 * with its workflow task has several; the last one counts.
 */
export function lastOf<Run extends Attempt>(attempts: readonly Run[]): Run | undefined {
  return attempts.reduce<Run | undefined>(
    (last, one) => (last === undefined || isBefore(last, one) ? one : last),
    undefined,
  );
}

/**
 * The attempt that produced the activity's result: the last one with Temporal's outcome `completed`; without
 * any outcome, the last one that returned. Callers pass attempts without an outcome only for local activities.
 * If a later activity received a result, the activity that returned it is already in the history.
 */
export function producerOf<Run extends Attempt & { completed: boolean }>(
  attempts: readonly Run[],
): Run | undefined {
  return lastOf(attempts.filter(({ completed }) => completed)) ?? lastOf(attempts);
}

function isBefore(a: Attempt, b: Attempt): boolean {
  if (a.scheduled_time !== b.scheduled_time) return a.scheduled_time < b.scheduled_time;
  if (a.time !== b.time) return a.time < b.time;
  return a.uid < b.uid;
}
