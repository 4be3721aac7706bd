/**
 * Temporal's outcome of a run. It is judged from the execution's history, the server's list of pending activities, and the other
 * runs of the same activity. Only this file contains that rule. If the workflow's own view is used without a request to the
 * server, `store/workflow-outcome.ts` decides: the store applies it on write.
 * - The last attempt in the history has the outcome of the activity's terminal event.
 * - An earlier attempt was `superseded`. For the attempt before the last, the server kept its failure, which is more precise.
 * - If several runs have the same attempt number after a reset, the last one in the server's schedule counts. Settled runs are
 *   included.
 * - A local activity is repeated with its workflow task, perhaps by another worker while the first one still runs it. Only
 *   history shows which worker's runs count. Among one worker's runs, the one that opened last counts.
 * - Without a history, only a run with a higher number is a later attempt, because an activity id can be reused.
 * - A run of another worker is not the attempt of the history. Nor is a run that opened long before the attempt
 *   started. Both are `superseded`, although the number is the same.
 * - If an execution closed first, the server accepted no result: `canceled`.
 * - If the history no longer exists, the outcome is `lost`, with the reason; it is never guessed.
 * This folder owns Temporal's outcomes of runs and executions: judging, reconcile, backfill. The durable operations and the
 * command line use it.
 * @module
 */
import type { Outcome } from '../model/documents';
import type { JsonObject } from '../model/json';
import type { KnownRun } from '../store/interface/settling';
import type { ActivityHistory, Failure } from '../temporal/activity-history';

/** The server's facts about one execution. */
export interface ExecutionEvidence {
  /** `history`: of a closed or running execution. `gone`: the server no longer has it. */
  source: 'history' | 'gone';
  run_id: string;
  /** By activity id, in the order of scheduling. There are several if the workflow reused the id. */
  activities: ReadonlyMap<string, readonly ActivityHistory[]>;
  /** Attempts that are scheduled or running, by activity id. */
  pending: ReadonlyMap<string, { attempt: number; last_failure?: Failure }>;
  /** Absent while the execution is open. */
  closed?: { status: string };
}

/** The outcome of a run and its evidence. */
export interface JudgedRun {
  uid: string;
  outcome: Outcome;
  evidence: JsonObject;
}

/** Judges the runs of one execution. A run that is settled or still open is left out. */
export function judgeRuns(runs: readonly KnownRun[], evidence: ExecutionEvidence): JudgedRun[] {
  const groups = new Map<string, { activity: ActivityHistory | undefined; attempts: KnownRun[] }>();
  for (const run of runs) {
    const activity = activityOf(run, evidence.activities.get(run.activity_id));
    const worker = run.is_local ? run.worker_identity : undefined;
    const key = JSON.stringify([run.activity_id, activity?.scheduled_event_id, worker]);
    const group = groups.get(key);
    if (group) group.attempts.push(run);
    else groups.set(key, { activity, attempts: [run] });
  }
  const judgements: JudgedRun[] = [];
  for (const { activity, attempts } of groups.values()) {
    attempts.sort(inOrder);
    for (const [index, run] of attempts.entries()) {
      if (run.settled) continue;
      const judged = judge(run, attempts[index + 1], evidence, activity);
      if (judged) judgements.push({ uid: run.uid, ...judged });
    }
  }
  return judgements;
}

/** Temporal passes times to a worker in whole milliseconds. */
const ROUNDING_S = 0.001;

/** Returns the activity that a run is an attempt of. If the id was reused, it is the last one scheduled before the run. */
export function activityOf(
  run: KnownRun,
  activities: readonly ActivityHistory[] | undefined,
): ActivityHistory | undefined {
  if (!activities || activities.length === 1) return activities?.[0];
  return (
    activities.findLast(({ scheduled_time }) => scheduled_time <= run.scheduled_time + ROUNDING_S) ??
    activities[0]
  );
}

function inOrder(a: KnownRun, b: KnownRun): number {
  const byServer = a.is_local || b.is_local ? 0 : a.scheduled_time - b.scheduled_time;
  return byServer || a.time - b.time;
}

type Verdict = Omit<JudgedRun, 'uid'> | undefined;

function judge(
  run: KnownRun,
  successor: KnownRun | undefined,
  evidence: ExecutionEvidence,
  activity: ActivityHistory | undefined,
): Verdict {
  const pending = evidence.pending.get(run.activity_id);
  if (successor && (activity || run.is_local || successor.attempt > run.attempt))
    return supersededBy(run, successor, latest(activity, pending));
  if (activity?.end) return judgeByEnd(run, activity, activity.end);
  if (pending) return pending.attempt > run.attempt ? failedBefore(run, pending) : undefined;
  if (evidence.source === 'gone')
    return { outcome: 'lost', evidence: { source: 'none', reason: 'history_gone' } };
  // If the execution still runs and does not name the activity, this is a local activity of an unfinished workflow task.
  if (!evidence.closed) return undefined;
  return {
    outcome: 'canceled',
    evidence: {
      source: 'history',
      reason: 'execution_closed_first',
      execution_status: evidence.closed.status,
    },
  };
}

function judgeByEnd(
  run: KnownRun,
  activity: ActivityHistory,
  end: NonNullable<ActivityHistory['end']>,
): Verdict {
  const { attempt } = activity;
  const facts: JsonObject =
    end.event_id === undefined ? { source: 'server' } : { source: 'history', event_id: end.event_id };
  if (attempt !== undefined && attempt > run.attempt)
    return failedBefore(run, { attempt, last_failure: activity.last_failure });
  const other = attempt === undefined ? undefined : otherAttempt(run, activity);
  if (other) return { outcome: 'superseded', evidence: { ...facts, ...other, last_attempt: attempt! } };
  return { outcome: end.outcome, evidence: { ...facts, attempt: run.attempt, time: end.time } };
}

/** The highest assumed difference between a worker's clock and the server's. */
const MAX_SKEW_S = 10;

/** Returns why this run is not the attempt in the history; undefined if it is. */
function otherAttempt(run: KnownRun, activity: ActivityHistory): JsonObject | undefined {
  if (activity.attempt! < run.attempt) return { reason: 'attempts_were_reset' };
  const { worker_identity, started_time } = activity;
  if (worker_identity && run.worker_identity && worker_identity !== run.worker_identity)
    return { reason: 'another_worker', worker: worker_identity };
  // If a run opened before it was scheduled, its worker's clock is behind, and its time is no evidence.
  // See docs/design/settlement.md#the-judge.
  const clockHolds = run.time >= run.scheduled_time;
  if (clockHolds && !run.is_local && started_time !== undefined && run.time < started_time - MAX_SKEW_S)
    return { reason: 'another_start', started_time };
  return undefined;
}

interface LaterAttempt {
  attempt: number;
  last_failure?: Failure;
}

/** Returns the last attempt that the server reports, with the failure of the previous one. */
function latest(
  activity: ActivityHistory | undefined,
  pending: LaterAttempt | undefined,
): LaterAttempt | undefined {
  if (activity?.attempt === undefined) return activity?.end ? undefined : pending;
  return { attempt: activity.attempt, last_failure: activity.last_failure };
}

function supersededBy(run: KnownRun, next: KnownRun, last: LaterAttempt | undefined): Verdict {
  if (next.attempt === run.attempt + 1 && last?.attempt === next.attempt && last.last_failure)
    return failedBefore(run, last);
  return { outcome: 'superseded', evidence: { source: 'store', reason: 'later_attempt', by: next.uid } };
}

/** Failures that end an attempt although it did not fail. */
const NO_FAILURE: ReadonlyMap<string, string> = new Map([
  ['ActivityPause', 'activity_paused'],
  ['ActivityReset', 'activity_reset'],
  ['WorkerShutdown', 'worker_shutdown'],
]);

/** Judges a run with a later attempt. The server keeps only the failure just before the last attempt. */
function failedBefore(run: KnownRun, later: LaterAttempt): Verdict {
  const facts: JsonObject = { source: 'server', reason: 'later_attempt', attempt: later.attempt };
  const failure = later.last_failure;
  if (later.attempt !== run.attempt + 1 || !failure) return { outcome: 'superseded', evidence: facts };
  const evidence = { ...facts, failure: failure.message ?? '' };
  const reason = NO_FAILURE.get(failure.applicationFailureInfo?.type ?? '');
  if (reason) return { outcome: 'superseded', evidence: { ...evidence, reason } };
  if (failure.timeoutFailureInfo) return { outcome: 'timed_out', evidence };
  return { outcome: failure.canceledFailureInfo ? 'canceled' : 'failed', evidence };
}
