/**
 * What a prune did. [isolate-safe]
 * @module
 */

/** What a prune did, or would do. */
export interface PruneCounts {
  /** Runs that were removed, or would be. */
  removed: number;
  /** Old enough, but something that stays came from them. */
  ancestors: number;
  /** Old enough, but nobody has seen them end. */
  open: number;
  /** 1 where the newest run of all is old enough: its place in the store's order must not be given twice. */
  newest: number;
  checkpoints: number;
  log_lines: number;
}

/** The counts of a prune that has done nothing yet. */
export function emptyPruneCounts(): PruneCounts {
  return { removed: 0, ancestors: 0, open: 0, newest: 0, checkpoints: 0, log_lines: 0 };
}

/** The counts of two parts of a prune together. */
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
