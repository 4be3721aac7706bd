/**
 * Decides whether the end of an activity that the workflow saw belongs to the last recorded run. The workflow does not know which
 * attempt ended: a later one may have run without a record, or its record has not arrived. The end therefore counts only if no
 * other attempt can have begun. Before the workflow saw the end, no event may have happened that makes the server start another
 * attempt (a timeout, a reset, a worker's shutdown). Otherwise only the server can settle the run. The same for every dialect.
 * Node only.
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
  /** Exit status; null if the worker has not seen an end. */
  observed: string | null;
}

/** Facts of the last attempt. They are read only after the cheap tests have passed. */
export interface AttemptDetail {
  time: number;
  scheduled_time: number;
  /** JSON {temporal, provenance}. */
  facts: string;
  /** JSON StopDocument. */
  stop: string;
  /** The longest time between two heartbeats in seconds; null if there was none. */
  widest_gap: number | null;
  /** UNIX seconds; null if there was none. */
  last_heartbeat: number | null;
}

/**
 * Returns a query of an activity's runs, newest first. The arguments are placeholders for the run id of its execution and for the
 * activity id.
 */
export function attemptsQuery(run_id: string, activity_id: string): string {
  return `SELECT r.uid, r.attempt, r.scheduled_time, k.is_local, s.exit_status AS observed, t.seq IS NOT NULL AS settled
    FROM execution e JOIN run r ON r.execution_id = e.id JOIN kind k ON k.id = r.kind_id
      LEFT JOIN stop s ON s.seq = r.seq LEFT JOIN settled t ON t.seq = r.seq
    WHERE e.run_id = ${run_id} AND r.activity_id = ${activity_id}
    ORDER BY r.scheduled_time DESC, r.time DESC, r.seq DESC`;
}

/** Returns a query of a run's {@link AttemptDetail}. The argument is the placeholder for its uid. */
export function detailQuery(uid: string): string {
  return `SELECT r.time, r.scheduled_time, r.facts, s.document AS stop,
      (SELECT max(stop_time - start_time) FROM checkpoint c WHERE c.run_start = r.uid) AS widest_gap,
      (SELECT max(stop_time) FROM checkpoint c WHERE c.run_start = r.uid) AS last_heartbeat
    FROM run r JOIN stop s ON s.seq = r.seq WHERE r.uid = ${uid}`;
}

/** Maps the end that the workflow saw to the end that the worker must have seen. */
const OBSERVED_AS: { readonly [outcome in ResolutionRecord['outcome']]: string | undefined } = {
  completed: 'success',
  failed: 'fail',
  canceled: 'abort',
  timed_out: undefined,
};

/** The server may have started the clock of an attempt this long before its run opened, but not before it was scheduled. */
const MAX_DELIVERY_S = 5;

/** Times are reported in milliseconds. */
const ROUNDING_S = 0.001;

/**
 * Returns the last attempt if it may have ended as the workflow saw; undefined if that can't be known. The attempts are newest
 * first. The end of a local activity is not final before its workflow task is, and that is not reported here.
 */
export function lastAttempt({ outcome }: ResolutionRecord, [last]: readonly Attempt[]): Attempt | undefined {
  // See docs/decisions/0014.
  if (!last || last.settled || last.is_local) return undefined;
  return last.observed !== null && last.observed === OBSERVED_AS[outcome] ? last : undefined;
}

/** True if the end that the workflow saw belongs to this attempt. */
export function endedSo(record: ResolutionRecord, detail: AttemptDetail): boolean {
  const stop = (JSON.parse(detail.stop) as StopDocument).temporal ?? {};
  const { options = {}, worker } = (JSON.parse(detail.facts) as { temporal: TemporalStart }).temporal;
  // A late report of the end of an earlier activity with the same id.
  if (record.time < detail.scheduled_time - ROUNDING_S) return false;
  if (stop.completes_async) return false;
  if (stop.cancellation !== undefined && stop.cancellation !== 'cancel_requested') return false;
  if (record.worker_identity && worker?.identity && record.worker_identity !== worker.identity) return false;
  return wasInTime(record, detail, options);
}

/** True if no timeout of the attempt had passed when the workflow saw the end. */
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

/** Returns the outcomes of an activity's runs after its last attempt ended. Earlier attempts are superseded by the last one. */
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
 * True if the run is an attempt of the same activity: a workflow may reuse an activity's id after the first one has ended. If the
 * time of scheduling is unknown, the attempt number decides.
 */
function isBefore(run: Attempt, next: Attempt, { asked }: ResolutionRecord): boolean {
  return asked ? run.scheduled_time >= asked.scheduled_time - ROUNDING_S : run.attempt < next.attempt;
}
