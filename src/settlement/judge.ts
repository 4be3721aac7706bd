/**
 * Temporal's word on a run: which outcome an attempt had, judged from the execution's history, from the server's list of
 * pending activities, and from the other runs of the same activity. This is the one place where that rule stands.
 *
 * - The last attempt that history shows has the outcome of the activity's terminal event.
 * - An earlier attempt was `superseded`; when it is the one before the last, the server kept its failure, which says more.
 * - Of several runs with the same attempt number (a reset, a local activity done again) the last one to open counts.
 * - When an execution closed first, the server took no result: `canceled`.
 * - What history no longer tells is `lost`, with the reason, never a guess.
 * @module
 */
import type { Outcome } from '../model/documents';
import type { JsonObject } from '../model/json';
import type { ActivityHistory, Failure } from './activity-history';

/** What has to be known of a run to settle it. */
export interface UnsettledRun {
  uid: string;
  time: number;
  activity_id: string;
  attempt: number;
  is_local: boolean;
  /** Observed by the worker, when it lived to see it. */
  observed?: 'success' | 'fail' | 'abort';
}

/** What the server says of one execution. */
export interface ExecutionEvidence {
  /** `history` of a closed or running execution; `gone` when the server no longer has it. */
  source: 'history' | 'gone';
  run_id: string;
  activities: ReadonlyMap<string, ActivityHistory>;
  /** Attempts that are still to come or running, by activity id. */
  pending: ReadonlyMap<string, { attempt: number; last_failure?: Failure }>;
  /** Absent while the execution runs. */
  closed?: { status: string };
}

export interface Judgement {
  uid: string;
  outcome: Outcome;
  evidence: JsonObject;
}

/** Judges the runs of one execution; a run that is still under way gets no judgement. */
export function judgeRuns(runs: readonly UnsettledRun[], evidence: ExecutionEvidence): Judgement[] {
  const byActivity = new Map<string, UnsettledRun[]>();
  for (const run of runs) {
    const of = byActivity.get(run.activity_id);
    if (of) of.push(run);
    else byActivity.set(run.activity_id, [run]);
  }
  const judgements: Judgement[] = [];
  for (const [activityId, attempts] of byActivity) {
    const ordered = [...attempts].sort((a, b) => a.time - b.time);
    for (const [index, run] of ordered.entries()) {
      const judged = judge(run, ordered.slice(index + 1), evidence, evidence.activities.get(activityId));
      if (judged) judgements.push({ uid: run.uid, ...judged });
    }
  }
  return judgements;
}

type Verdict = Omit<Judgement, 'uid'> | undefined;

function judge(
  run: UnsettledRun,
  later: readonly UnsettledRun[],
  evidence: ExecutionEvidence,
  activity: ActivityHistory | undefined,
): Verdict {
  const successor = later[0];
  if (successor) return supersededBy(run, successor, activity);
  if (activity?.end) return judgeByEnd(run, activity, activity.end);
  const pending = evidence.pending.get(run.activity_id);
  if (pending) return pending.attempt > run.attempt ? failedBefore(run, pending) : undefined;
  if (evidence.source === 'gone')
    return { outcome: 'lost', evidence: { source: 'none', reason: 'history_gone' } };
  // A running execution that names the activity nowhere: a local activity of a workflow task that is not done yet.
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
  run: UnsettledRun,
  activity: ActivityHistory,
  end: NonNullable<ActivityHistory['end']>,
): Verdict {
  const facts: JsonObject = { source: 'history', event_id: end.event_id };
  if (activity.attempt !== undefined && activity.attempt > run.attempt) {
    return failedBefore(run, { attempt: activity.attempt, last_failure: activity.last_failure });
  }
  if (activity.attempt !== undefined && activity.attempt < run.attempt) {
    return {
      outcome: 'superseded',
      evidence: { ...facts, reason: 'attempts_were_reset', last_attempt: activity.attempt },
    };
  }
  return { outcome: end.outcome, evidence: { ...facts, attempt: run.attempt, time: end.time } };
}

function supersededBy(run: UnsettledRun, next: UnsettledRun, activity: ActivityHistory | undefined): Verdict {
  const last = activity?.attempt;
  if (next.attempt === run.attempt + 1 && last === next.attempt && activity?.last_failure) {
    return failedBefore(run, { attempt: last, last_failure: activity.last_failure });
  }
  return { outcome: 'superseded', evidence: { source: 'store', reason: 'later_attempt', by: next.uid } };
}

/** A later attempt exists; the server keeps the failure of the one just before it. */
function failedBefore(run: UnsettledRun, later: { attempt: number; last_failure?: Failure }): Verdict {
  const facts: JsonObject = { source: 'server', reason: 'later_attempt', attempt: later.attempt };
  const failure = later.last_failure;
  if (later.attempt !== run.attempt + 1 || !failure) return { outcome: 'superseded', evidence: facts };
  const outcome = failure.timeoutFailureInfo
    ? 'timed_out'
    : failure.canceledFailureInfo
      ? 'canceled'
      : 'failed';
  return { outcome, evidence: { ...facts, failure: failure.message ?? '' } };
}
