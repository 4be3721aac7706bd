/**
 * Attempts of one activity: which of them came before another, and which produced the result. [isolate-safe]
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

/** The attempt of the same activity that `run` is the retry of; undefined where none is recorded. */
export function retried<Run extends Attempt>(run: Attempt, others: readonly Run[]): Run | undefined {
  return lastOf(others.filter((other) => other.attempt === run.attempt - 1 && isBefore(other, run)));
}

/**
 * The attempt that produced the activity's result, among those that completed: a local activity that was executed again with its
 * workflow task has more than one, and the last one counts.
 */
export function lastOf<Run extends Attempt>(attempts: readonly Run[]): Run | undefined {
  return attempts.reduce<Run | undefined>(
    (last, one) => (last === undefined || isBefore(last, one) ? one : last),
    undefined,
  );
}

/**
 * The attempt that produced the activity's result: of those that completed by Temporal's word the last; where it has said none, the last
 * that returned. Only of local activities are such given: one that a later activity was given the result of is in the history by then.
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
