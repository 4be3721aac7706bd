/** What must hold after the storm: the activities' own account, the server's histories and the store tell the same. */
import { readFileSync } from 'node:fs';
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { expect } from 'vitest';
import type { RunRecord } from '../../src/model/documents';
import type { Store } from '../../src/store/store';
import { type ActivityHistory, type HistoryEvent, readActivities } from '../../src/temporal/activity-history';
import { eventSeconds } from '../../src/temporal/event-values';
import type { Killed } from './crew';

/** A line of the side file. */
export interface Began {
  uid?: string;
  run_id: string;
  activity_id: string;
  attempt: number;
  pid: number;
  /** Absent: the store did not have the run yet when its code began. */
  scan_id?: number;
  /** UNIX seconds. */
  time: number;
  /** From when the worker had it until its code began. */
  held_ms: number;
  start_to_close_ms: number;
}

/** Budgets for which code is held at least until its run is durable: one for the store, 2.4 for the copy in the spool. */
const HELD_BUDGETS = 3.4;
/** A timer may be early by as much. */
const EARLY_MS = 5;

/**
 * What is promised ends where store and spool both take longer than an attempt may be held (`docs/design/recording.md#opening`): its code begins with its
 * run in memory, and a kill then costs the run.
 */
function beganUnkept({ held_ms, start_to_close_ms }: Began): boolean {
  const budget_ms = Math.min(250, start_to_close_ms / 10);
  return held_ms >= HELD_BUDGETS * budget_ms - EARLY_MS;
}

/** The account without attempts whose run a kill may have cost, and did. */
export function promised(began: readonly Began[], runs: readonly RunRecord[], killed: Killed): Began[] {
  const recorded = new Set(runs.map(({ start }) => start.uid));
  return began.filter(
    (line) => !beganUnkept(line) || !killed.has(line.pid) || line.uid === undefined || recorded.has(line.uid),
  );
}

export function readAccount(file: string): Began[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const keyOf = (of: Pick<Began, 'run_id' | 'activity_id' | 'attempt' | 'pid'>): string =>
  JSON.stringify([of.run_id, of.activity_id, of.attempt, of.pid]);

/** The process of a worker, by its identity. */
function pidOf(identity: string | null | undefined): number {
  return Number.parseInt(identity ?? '', 10);
}

/**
 * What a worker was given may lie so long on a loaded machine before it is durable (seconds); what it was given earlier must be
 * there, killed or not.
 */
const UNDER_WAY_S = 5;

/** The worker was killed soon after it was given something at `time`, or before: the server had not noticed. */
function wasKilled(killed: Killed, identity: string | null | undefined, time: number): boolean {
  const killed_time = killed.get(pidOf(identity));
  return killed_time !== undefined && time > killed_time - UNDER_WAY_S;
}

function counted(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** Each attempt that began has one run, whatever the worker called it; what has a run and did not begin has a reason. */
export function expectOneRunEach(runs: readonly RunRecord[], began: readonly Began[], killed: Killed) {
  expect(began.filter(({ uid }) => uid === undefined)).toEqual([]);
  expect(new Set(began.map(({ uid }) => uid)).size).toBe(began.length);
  const lines = counted(began.map(keyOf));
  const recorded = counted(
    runs.map((run) => {
      const { run_id = '', activity_id, attempt, worker } = run.start.temporal;
      return keyOf({ run_id, activity_id, attempt, pid: pidOf(worker.identity) });
    }),
  );
  const without = began.filter((line) => (recorded.get(keyOf(line)) ?? 0) < lines.get(keyOf(line))!);
  expect(without.map((line) => ({ ...line, killed: killed.get(line.pid) }))).toEqual([]);
  const uids = new Set(began.map(({ uid }) => uid));
  const silent = runs.filter(({ start }) => !uids.has(start.uid));
  const extra = [...recorded].reduce((sum, [key, count]) => sum + count - (lines.get(key) ?? 0), 0);
  expect(silent).toHaveLength(extra);
  const unexplained = silent.filter((run) => !isExplained(run, killed));
  expect(unexplained.map(({ start, stop, settled }) => [start, stop?.reason, settled])).toEqual([]);
}

/**
 * A run whose code never began: nobody ended it, and what the server says of the attempt is not that it completed. Its
 * worker was killed between the commit and the code, or the attempt was cancelled or out of time before it. One that
 * `reconcile` made stands for attempts whose workers were killed before they could record any; where the last of them waited in
 * its queue when the time was over, no history names a worker.
 */
function isExplained({ start, stop, settled }: RunRecord, killed: Killed): boolean {
  const outcome = settled?.outcome;
  if (outcome === 'lost' || outcome === 'superseded') return true;
  if (outcome === undefined || outcome === 'completed') return false;
  const { identity } = start.temporal.worker;
  const unnamed = start.provenance.origin !== undefined && identity === undefined && outcome === 'timed_out';
  const { error, cancellation } = stop?.temporal ?? {};
  const unwanted = error?.type === 'OpeningTimedOut' || cancellation !== undefined;
  return unnamed || unwanted || wasKilled(killed, identity, start.time);
}

export interface Storm {
  taskQueue: string;
  began: readonly Began[];
  /** Attempts whose run a kill has cost, which nothing was promised of. */
  unkept: readonly Began[];
  killed: Killed;
}

/** Attempts that the server counted, and those of them that no worker lived to tell of. */
export interface Attempts {
  counted: number;
  untold: number;
}

/** Every execution of the server has its record, every attempt that began its run, and every last one the server's outcome. */
export async function expectServersWord(
  client: Client,
  store: Store,
  runs: readonly RunRecord[],
  storm: Storm,
): Promise<Attempts> {
  const byExecution = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const key = run.start.temporal.run_id ?? '';
    byExecution.set(key, [...(byExecution.get(key) ?? []), run]);
  }
  const word = new ServersWord(client, store, storm);
  let executions = 0;
  for await (const info of client.workflow.list({ query: `TaskQueue = '${storm.taskQueue}'` })) {
    executions += 1;
    await word.compare(info, byExecution.get(info.runId) ?? []);
  }
  expect(word.faults).toEqual([]);
  expect(executions).toBeGreaterThan(0);
  return word.attempts;
}

class ServersWord {
  readonly faults: unknown[] = [];
  readonly attempts: Attempts = { counted: 0, untold: 0 };
  readonly #client: Client;
  readonly #store: Store;
  readonly #killed: Killed;
  /** Attempts whose code began. */
  readonly #began: ReadonlySet<string>;
  readonly #unkept: ReadonlySet<string>;

  constructor(client: Client, store: Store, { began, unkept, killed }: Storm) {
    this.#client = client;
    this.#store = store;
    this.#killed = killed;
    this.#began = new Set(began.map(keyOfAttempt));
    this.#unkept = new Set(unkept.map(keyOfAttempt));
  }

  async compare(info: WorkflowExecutionInfo, runs: readonly RunRecord[]): Promise<void> {
    const handle = this.#client.workflow.getHandle(info.workflowId, info.runId);
    const events = (await handle.fetchHistory()).events ?? [];
    const execution = await this.#store.execution(info.runId);
    const tasks = events.filter((event) => event.workflowTaskCompletedEventAttributes);
    // Nobody who lived to tell has seen it: its few workflow tasks were done by workers that were killed at once.
    const unseen = runs.length === 0 && tasks.every((event) => tellsNobody(event, this.#killed));
    if (!execution && !unseen) this.faults.push(['no record of an execution', info.workflowId, info.runId]);
    if (execution && execution.settled?.status !== info.status.name.toLowerCase())
      this.faults.push(['another end', info.workflowId, execution.settled?.status, info.status.name]);
    for (const activity of readActivities(events, info.runId)) {
      if (!activity.end || activity.attempt === undefined) continue;
      // It may have told the server how it ended before the kill that cost its run.
      const unkept = this.#unkept.has(attemptKey(info.runId, activity.activity_id, activity.attempt));
      if (!unkept) this.faults.push(...faultsOfLast(runs, activity, this.#killed));
      this.#countAttempts(runs, info.runId, activity);
    }
  }

  /** Each attempt up to the last has a run, or no worker has told of it; then its code can't have begun. */
  #countAttempts(runs: readonly RunRecord[], run_id: string, { activity_id, attempt = 0 }: ActivityHistory) {
    const own = runs.filter(({ start }) => start.temporal.activity_id === activity_id);
    const told = new Set(own.map(({ start }) => start.temporal.attempt));
    for (let each = 1; each <= attempt; each += 1) {
      this.attempts.counted += 1;
      if (told.has(each)) continue;
      this.attempts.untold += 1;
      if (this.#began.has(attemptKey(run_id, activity_id, each)))
        this.faults.push(['no run of an attempt that began', run_id, activity_id, each]);
    }
  }
}

const keyOfAttempt = ({ run_id, activity_id, attempt }: Began): string =>
  attemptKey(run_id, activity_id, attempt);

const attemptKey = (run_id: string, activity_id: string, attempt: number): string =>
  JSON.stringify([run_id, activity_id, attempt]);

/** A workflow task whose worker was killed before it could tell of the execution. */
function tellsNobody(event: HistoryEvent, killed: Killed): boolean {
  const identity = event.workflowTaskCompletedEventAttributes?.identity;
  return wasKilled(killed, identity, eventSeconds(event.eventTime) ?? 0);
}

/** An attempt without a run began no code: its worker was killed before the run was durable, so it can only have timed out. */
function faultsOfLast(runs: readonly RunRecord[], activity: ActivityHistory, killed: Killed): unknown[] {
  const ofSame = (run: ReturnType<typeof told>) => run.activity_id === activity.activity_id;
  const { activity_id, attempt, end, worker_identity, started_time = end?.time ?? 0 } = activity;
  const last = runs
    .filter(({ start: { temporal } }) => temporal.activity_id === activity_id && temporal.attempt === attempt)
    .filter(({ start: { temporal } }) => !worker_identity || temporal.worker.identity === worker_identity)
    .sort(
      (a, b) =>
        a.start.temporal.scheduled_time - b.start.temporal.scheduled_time || a.start.time - b.start.time,
    )
    .at(-1);
  if (last)
    return last.settled?.outcome === end?.outcome
      ? []
      : [
          [
            'another outcome',
            last.start.uid,
            last.settled,
            end?.outcome,
            activity,
            runs.map(told).filter(ofSame),
          ],
        ];
  const neverOpened = wasKilled(killed, worker_identity, started_time) && end?.outcome !== 'completed';
  return neverOpened ? [] : [['no run of an attempt', activity_id, attempt, worker_identity, end?.outcome]];
}

/** What decides which attempt a run is, for whoever looks into a fault. */
function told({ start, stop, settled }: RunRecord) {
  const { activity_id, attempt, is_local, scheduled_time, worker } = start.temporal;
  const { uid, time, provenance } = start;
  const { identity } = worker;
  const { origin } = provenance;
  const [observed, outcome] = [stop?.exit_status, settled?.outcome];
  return { uid, activity_id, attempt, is_local, scheduled_time, time, identity, origin, observed, outcome };
}
