/**
 * What reconciling and backfilling count, and how counts add up over pages. [isolate-safe]
 * @module
 */

/** Numbers by name. */
export interface Tally {
  [name: string]: number;
}

/** Where a page of reconciling begins: executions come first, then standalone activities. */
export interface ReconcileCursor {
  part: 'executions' | 'activities';
  after: number;
}

/** What reconciling did. */
export interface ReconcileCounts {
  executions: number;
  /** Standalone activities looked up. */
  activities: number;
  /** Runs settled, by outcome. */
  settled: Tally;
  /** Executions closed by the server's word. */
  closed: number;
  /** Runs recorded of activities that no worker recorded. */
  recorded: number;
  /** Runs that are still under way. */
  under_way: number;
  /** Executions and activities that could not be looked up, by reason: nothing is concluded of them. */
  unavailable: Tally;
  /** What could not be read of those that could be looked up, by reason. */
  losses: Tally;
}

/** What a backfill did. */
export interface BackfillCounts {
  executions: number;
  runs: number;
  /** Activities whose run was recorded already. */
  known: number;
  /** What could not be recorded, by reason. */
  losses: Tally;
}

/** The counts of a reconciling that has done nothing yet. */
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

/** The counts of a backfill that has done nothing yet. */
export function emptyBackfillCounts(): BackfillCounts {
  return { executions: 0, runs: 0, known: 0, losses: {} };
}

/** Adds one to `tally[name]`, or `count`. */
export function tally(into: Tally, name: string, count = 1): void {
  into[name] = (into[name] ?? 0) + count;
}

/** The counts of two parts of a reconciling together. */
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

/** The counts of two parts of a backfill together. */
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
