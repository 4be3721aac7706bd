/**
 * When the workflow's own view of an activity's end may be taken for the end of the last run that was recorded of it. The
 * workflow does not know which attempt ended: a later one may have run where nothing is recorded, or its record may still be
 * on its way. So it counts only where no other attempt can have begun: nothing that makes the server begin another one (a
 * time-out, a reset, a worker's shutdown) had happened by the time the workflow knew. All else is the server's to say. The
 * same for every dialect. Node only.
 * @module
 */
import {
  type SettledDocument,
  type StopDocument,
  settledDocument,
  type TemporalStart,
} from '../model/documents';
import type { ResolutionRecord } from './interface/written';

/** A run of the activity. */
export interface Attempt {
  uid: string;
  attempt: number;
  /** When the server scheduled the attempt, UNIX seconds. */
  scheduled_time: number;
  is_local: boolean | 0 | 1;
  settled: boolean | 0 | 1;
  /** Exit status; null while the worker has seen no end. */
  observed: string | null;
}

/** What is read of the last attempt when the cheap tests have passed. */
export interface AttemptDetail {
  time: number;
  scheduled_time: number;
  /** JSON {temporal, provenance}. */
  facts: string;
  /** JSON StopDocument. */
  stop: string;
  /** Seconds between two heartbeats, at most; null where there was none. */
  widest_gap: number | null;
  /** UNIX seconds; null where there was none. */
  last_heartbeat: number | null;
}

/** The runs of an activity, newest first, by the marks of its execution's run id and of its own id. */
export function attemptsQuery(run_id: string, activity_id: string): string {
  return `SELECT r.uid, r.attempt, r.scheduled_time, k.is_local, s.exit_status AS observed, t.seq IS NOT NULL AS settled
    FROM execution e JOIN run r ON r.execution_id = e.id JOIN kind k ON k.id = r.kind_id
      LEFT JOIN stop s ON s.seq = r.seq LEFT JOIN settled t ON t.seq = r.seq
    WHERE e.run_id = ${run_id} AND r.activity_id = ${activity_id}
    ORDER BY r.scheduled_time DESC, r.time DESC, r.seq DESC`;
}

/** {@link AttemptDetail} of a run, by the mark of its uid. */
export function detailQuery(uid: string): string {
  return `SELECT r.time, r.scheduled_time, r.facts, s.document AS stop,
      (SELECT max(stop_time - start_time) FROM checkpoint c WHERE c.run_start = r.uid) AS widest_gap,
      (SELECT max(stop_time) FROM checkpoint c WHERE c.run_start = r.uid) AS last_heartbeat
    FROM run r JOIN stop s ON s.seq = r.seq WHERE r.uid = ${uid}`;
}

/** What the worker must have seen of the last attempt for the workflow's view to be of that attempt. */
const OBSERVED_AS: { readonly [outcome in ResolutionRecord['outcome']]: string | undefined } = {
  completed: 'success',
  failed: 'fail',
  canceled: 'abort',
  timed_out: undefined,
};

/** The server's clock for an attempt may have begun this much before its run opened, though not before it was scheduled. */
const MAX_DELIVERY_S = 5;

/** Instants are told in milliseconds. */
const ROUNDING_S = 0.001;

/**
 * Which of the attempts, newest first, may have ended as the workflow saw; undefined where that can't be known. A local
 * activity's end is not final before its workflow task is, which nobody tells here.
 */
export function lastAttempt({ outcome }: ResolutionRecord, [last]: readonly Attempt[]): Attempt | undefined {
  if (!last || last.settled || last.is_local) return undefined;
  return last.observed !== null && last.observed === OBSERVED_AS[outcome] ? last : undefined;
}

/** True when the end that the workflow saw is this attempt's. */
export function endedSo(record: ResolutionRecord, detail: AttemptDetail): boolean {
  const stop = (JSON.parse(detail.stop) as StopDocument).temporal ?? {};
  const { options = {}, worker } = (JSON.parse(detail.facts) as { temporal: TemporalStart }).temporal;
  // The end of an earlier activity of that id, told late.
  if (record.time < detail.scheduled_time - ROUNDING_S) return false;
  if (stop.completes_async) return false;
  if (stop.cancellation !== undefined && stop.cancellation !== 'cancel_requested') return false;
  if (record.worker_identity && worker?.identity && record.worker_identity !== worker.identity) return false;
  return wasInTime(record, detail, options);
}

/** No time limit of the attempt had passed when the workflow knew. */
function wasInTime(
  { time }: ResolutionRecord,
  { scheduled_time, ...run }: AttemptDetail,
  options: TemporalStart['options'],
): boolean {
  const began = Math.min(run.time, Math.max(scheduled_time, run.time - MAX_DELIVERY_S));
  const limit_ms = options.start_to_close_timeout_ms ?? options.schedule_to_close_timeout_ms;
  const silence_ms = options.heartbeat_timeout_ms;
  if (limit_ms !== undefined && (time - began) * 1000 >= limit_ms) return false;
  if (silence_ms === undefined) return true;
  const silence = Math.max(time - (run.last_heartbeat ?? began), run.widest_gap ?? 0);
  return silence * 1000 < silence_ms;
}

/** The outcomes that follow once the last attempt has one: those before it were superseded by it. */
export function settledBy(
  record: ResolutionRecord,
  [last, ...earlier]: readonly Attempt[],
): SettledDocument[] {
  if (!last) return [];
  const { time, outcome } = record;
  const settled: SettledDocument[] = [
    settledDocument({ run_start: last.uid, time, outcome, evidence: { source: 'workflow' } }),
  ];
  let next = last;
  for (const run of earlier) {
    if (!isBefore(run, next, record)) break;
    next = run;
    if (run.settled) continue;
    const evidence = { source: 'store', reason: 'later_attempt', by: last.uid };
    settled.push(settledDocument({ run_start: run.uid, time, outcome: 'superseded', evidence }));
  }
  return settled;
}

/**
 * The run is an attempt of the same activity: a workflow may use an activity's id again when the first one has ended. Where it is
 * not known since when the activity was scheduled, the number tells.
 */
function isBefore(run: Attempt, next: Attempt, { asked }: ResolutionRecord): boolean {
  return asked ? run.scheduled_time >= asked.scheduled_time - ROUNDING_S : run.attempt < next.attempt;
}
