/**
 * The counts of reconciling and backfilling, and their sums over pages. [isolate-safe]
 * @module
 */

/** Numbers by name. */
export interface Tally {
  [name: string]: number;
}

/** The position of a page of reconciling: executions come first, then standalone activities. */
export interface ReconcileCursor {
  part: 'executions' | 'activities';
  after: number;
}

/** The counts of reconciling. */
export interface ReconcileCounts {
  executions: number;
  /** Standalone activities that were looked up. */
  activities: number;
  /** Settled runs, by outcome. */
  settled: Tally;
  /** Executions that were closed by the server's report. */
  closed: number;
  /** Reconstructed runs of activities that no worker recorded. */
  recorded: number;
  /** Runs that are still open. */
  under_way: number;
  /** Executions and activities that could not be looked up, by reason. Nothing is concluded about them. */
  unavailable: Tally;
  /** Parts of histories that could not be read, by reason. */
  losses: Tally;
}

/** The counts of a backfill. */
export interface BackfillCounts {
  executions: number;
  runs: number;
  /** Activities whose run was already recorded. */
  known: number;
  /** Facts that could not be recorded, by reason. */
  losses: Tally;
}

/** Returns zero counts of reconciling. */
export function emptyCounts(): ReconcileCounts {
  return {
    executions: 0,
    activities: 0,
    settled: {},
    closed: 0,
    recorded: 0,
    under_way: 0,
    unavailable: {},
    losses: {},
  };
}

/** Returns zero counts of a backfill. */
export function emptyBackfillCounts(): BackfillCounts {
  return { executions: 0, runs: 0, known: 0, losses: {} };
}

/** Adds one to `tally[name]`, or `count`. */
export function tally(into: Tally, name: string, count = 1): void {
  into[name] = (into[name] ?? 0) + count;
}

/** Adds the counts of two parts of reconciling. */
export function addCounts(a: ReconcileCounts, b: ReconcileCounts): ReconcileCounts {
  return {
    executions: a.executions + b.executions,
    activities: a.activities + (b.activities ?? 0),
    settled: addTallies(a.settled, b.settled),
    closed: a.closed + b.closed,
    recorded: a.recorded + b.recorded,
    under_way: a.under_way + b.under_way,
    unavailable: addTallies(a.unavailable, b.unavailable),
    losses: addTallies(a.losses, b.losses),
  };
}

/** Adds the counts of two parts of a backfill. */
export function addBackfillCounts(a: BackfillCounts, b: BackfillCounts): BackfillCounts {
  return {
    executions: a.executions + b.executions,
    runs: a.runs + b.runs,
    known: a.known + b.known,
    losses: addTallies(a.losses, b.losses),
  };
}

function addTallies(a: Tally, b: Tally): Tally {
  const total = { ...a };
  for (const [name, count] of Object.entries(b)) tally(total, name, count);
  return total;
}
