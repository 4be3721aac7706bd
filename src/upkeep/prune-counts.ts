/**
 * The counts of a prune. [isolate-safe]
 * @module
 */

/** The counts of a prune, or of a dry run. */
export interface PruneCounts {
  /** Runs that were deleted, or would be. */
  removed: number;
  /** Old enough, but a run that stays depends on them. */
  ancestors: number;
  /** Old enough, but no end is recorded. */
  open: number;
  /** 1 if the newest run of all is old enough: its place in the store's order must not be reused. */
  newest: number;
  checkpoints: number;
  log_lines: number;
}

/** Returns zero counts. */
export function emptyPruneCounts(): PruneCounts {
  return { removed: 0, ancestors: 0, open: 0, newest: 0, checkpoints: 0, log_lines: 0 };
}

/** Adds the counts of two parts of a prune. */
export function addPruneCounts(some: PruneCounts, others: PruneCounts): PruneCounts {
  return {
    removed: some.removed + others.removed,
    ancestors: some.ancestors + others.ancestors,
    open: some.open + others.open,
    newest: some.newest + others.newest,
    checkpoints: some.checkpoints + others.checkpoints,
    log_lines: some.log_lines + others.log_lines,
  };
}
