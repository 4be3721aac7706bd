/**
 * Rows of a timeline and of a tree: an activity with its attempts, or a child with its folded content. Node
 * only.
 * @module
 */
import type { RunRecord } from '../../model/documents';
import type {
  ActivityTally,
  ExecutionOutline,
  RunOutline,
  TimelineEntry,
  WantedEnds,
} from '../../store/interface/outline';
import type { Store } from '../../store/store';
import { errorOf, statusOfWords, type Tone, toneOf } from '../status';

/** Longest text of an error in a row. */
const ERROR_CHARACTERS = 300;

/** Ends that are failures: those whose status has the tone `bad`. */
export const BAD_ENDS: WantedEnds = {
  outcomes: ['failed', 'timed_out', 'lost'],
  exit_statuses: ['fail'],
};

/** One attempt. */
export interface AttemptSpan {
  uid: string;
  attempt: number;
  status: string;
  tone: Tone;
  /** UNIX seconds. It waits for a worker from `scheduled` to `begin`. */
  scheduled: number;
  begin: number;
  /** Absent while it is running, and if its end was not observed. */
  end?: number;
}

/** How many activities there are, and how many of them failed or are running. */
export interface ActivityCounts {
  activities: number;
  attempts: number;
  failed: number;
  open: number;
}

/** An activity. */
export interface ActivityRow {
  activity_id: string;
  activity_type: string;
  /** The status of its last attempt, as are `uid`, `scan_id` and `error`. */
  status: string;
  tone: Tone;
  uid: string;
  scan_id?: number;
  /** The beginning of `Type: message`. */
  error?: string;
  attempts: number;
  /** Oldest first. If there are very many, the first and the last. */
  spans: AttemptSpan[];
}

/** A child with its folded content. */
export interface ChildRow extends ActivityCounts {
  /** Temporal's run id. */
  run_id: string;
  workflow_id: string;
  workflow_type?: string;
  status: string;
  tone: Tone;
  /** UNIX seconds. */
  begin?: number;
  end?: number;
  /** The number of its own children, at every depth. */
  children: number;
}

/** A row. */
export type OutlineRow = ActivityRow | ChildRow;

/** All that belongs to an execution, counted. */
export interface Family {
  /** Itself first. */
  executions: ExecutionOutline[];
  tallies: ActivityTally[];
  /** Numbers of the last runs of the counted activities that failed, the latest end first. */
  failed: number[];
  /** True if these are all. */
  all_failed: boolean;
  /** True if a limit left out some executions. */
  truncated: boolean;
}

/** Counts of one execution's own activities. */
export function countsOf(
  tallies: readonly ActivityTally[],
  of: (execution: number) => boolean,
): ActivityCounts {
  const counts = { activities: 0, attempts: 0, failed: 0, open: 0 };
  for (const { execution, activities, attempts, ...ends } of tallies) {
    if (!of(execution)) continue;
    counts.activities += activities;
    counts.attempts += attempts;
    const tone = toneOf(statusOfWords(ends));
    if (tone === 'bad') counts.failed += activities;
    if (tone === 'open') counts.open += activities;
  }
  return counts;
}

/** Types of one execution's own activities with their counts, the most frequent first. */
export function typesOf({ executions, tallies }: Family): { activity_type: string; activities: number }[] {
  const own = executions[0]?.id;
  const counts = new Map<string, number>();
  for (const { execution, activity_type, activities } of tallies)
    if (execution === own) counts.set(activity_type, (counts.get(activity_type) ?? 0) + activities);
  return [...counts]
    .map(([activity_type, activities]) => ({ activity_type, activities }))
    .sort((a, b) => b.activities - a.activities);
}

/** An execution and all below it, by their numbers. */
export function membersOf(family: Family, run_id: string): ReadonlySet<number> {
  const members = new Set<number>();
  const known = new Set([run_id]);
  // Parents come before their children.
  for (const { id, run_id: own, parent_run_id } of family.executions) {
    if (!known.has(own) && !(parent_run_id !== undefined && known.has(parent_run_id))) continue;
    known.add(own);
    members.add(id);
  }
  return members;
}

/** Entries as rows. Errors are read for those that failed. */
export async function rowsOf(
  store: Store,
  entries: readonly TimelineEntry[],
  family: Family,
): Promise<OutlineRow[]> {
  const failed = entries.flatMap((entry) => ('runs' in entry ? failedOf(entry.runs) : []));
  const errors = new Map((await store.readRuns(failed)).map((run) => [run.start.uid, errorText(run)]));
  return entries.map((entry) =>
    'child' in entry ? childRow(entry.child, family) : activityRow(entry, errors),
  );
}

function failedOf(runs: readonly RunOutline[]): number[] {
  const last = runs.at(-1);
  return last && toneOf(statusOfWords(last)) === 'bad' ? [last.seq] : [];
}

function errorText(run: RunRecord): string | undefined {
  const error = errorOf(run);
  return error && `${error.type}: ${error.message}`.slice(0, ERROR_CHARACTERS);
}

function activityRow(
  { runs, attempts }: { runs: readonly RunOutline[]; attempts: number },
  errors: ReadonlyMap<string, string | undefined>,
): ActivityRow {
  const last = runs.at(-1)!;
  const error = errors.get(last.uid);
  return {
    activity_id: last.activity_id,
    activity_type: last.activity_type,
    status: statusOfWords(last),
    tone: toneOf(statusOfWords(last)),
    uid: last.uid,
    ...(last.scan_id !== undefined && { scan_id: last.scan_id }),
    ...(error !== undefined && { error }),
    attempts,
    spans: runs.map(spanOf),
  };
}

function spanOf(run: RunOutline): AttemptSpan {
  const under_way = run.completes_async && run.outcome === undefined;
  const end = under_way ? undefined : (run.stop_time ?? run.settled_time);
  return {
    uid: run.uid,
    attempt: run.attempt,
    status: statusOfWords(run),
    tone: toneOf(statusOfWords(run)),
    scheduled: run.scheduled_time,
    begin: run.time,
    ...(end !== undefined && { end }),
  };
}

function childRow(child: ExecutionOutline, family: Family): ChildRow {
  const members = membersOf(family, child.run_id);
  const { run_id, workflow_id, workflow_type, start_time, close_time, status } = child;
  return {
    run_id,
    workflow_id,
    ...(workflow_type !== undefined && { workflow_type }),
    status: status ?? 'open',
    tone: toneOf(status ?? 'open'),
    ...(start_time !== undefined && { begin: start_time }),
    ...(close_time !== undefined && { end: close_time }),
    children: Math.max(0, members.size - 1),
    ...countsOf(family.tallies, (execution) => members.has(execution)),
  };
}
