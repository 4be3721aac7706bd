/**
 * Runs that pass a filter, in its order. Node only.
 * @module
 */
import type { Filter } from '../filter/filter';
import type { RunRecord } from '../model/documents';
import { readsEveryRun } from './hints/unknown-fields';
import type { Scope } from './scope';

/** Which runs, and how many. */
export interface RunsWanted {
  filter: Filter;
  limit: number;
  /** Fold the attempts of one activity into the last that passes the filter. */
  fold_attempts?: boolean;
}

/** The runs of the scope's labs, the last recorded first unless the filter has an order. */
export function runsOf({ store, only_lab: lab }: Scope, wanted: RunsWanted): Promise<RunRecord[]> {
  return store.runs({ ...wanted, lab });
}

const MANY_RUNS = 50_000;

/** Why an answer may take seconds, where it may. */
export async function slowRemark({ store }: Scope, filter: Filter): Promise<string | undefined> {
  const slow = readsEveryRun(filter);
  if (slow === undefined) return undefined;
  const labs = await store.labRuns({ most: MANY_RUNS });
  return labs.some(({ runs }) => runs >= MANY_RUNS) ? slow : undefined;
}
