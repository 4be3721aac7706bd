/**
 * Runs related to a run: those before and after it by number, others with its number; and what was deleted from
 * it. Node only.
 * @module
 */
import { parseFilter } from '../../filter/parser';
import type { RunRecord } from '../../model/documents';
import { isUid } from '../../model/ids';
import type { Removal } from '../../store/interface/details';
import type { Scope } from '../scope';
import { statusOf } from '../status';

export type { Removal } from '../../store/interface/details';

/** The most runs with the same number that are returned. */
const MANY_ALIKE = 10;

/** A run with the names that people use. */
export interface NamedRun {
  uid: string;
  scan_id?: number;
  activity_type: string;
  attempt: number;
  /** When the run opened, UNIX seconds. */
  time: number;
  status: string;
}

/** Runs related to one. */
export interface RelatedRuns {
  /** The run with the previous number; absent if there is none. */
  previous?: NamedRun;
  next?: NamedRun;
  /** Other runs with this run's number, newest first, without attempts of the same activity. */
  same_scan: NamedRun[];
}

/** Names a run. */
export function namedRun(run: RunRecord): NamedRun {
  const { uid, scan_id, time, temporal } = run.start;
  const { activity_type, attempt } = temporal;
  return {
    uid,
    ...(scan_id !== undefined && { scan_id }),
    activity_type,
    attempt,
    time,
    status: statusOf(run),
  };
}

/** The runs related to a run by scan ids of its lab. `attempts`: uids of its activity's attempts. */
export async function relatedRuns(
  { store }: Scope,
  { start }: RunRecord,
  attempts: readonly string[],
): Promise<RelatedRuns> {
  const { scan_id } = start;
  if (scan_id === undefined) return { same_scan: [] };
  const { lab } = start.provenance;
  const having = (id: number) => store.resolve({ by: 'scan-id', lab, scan_id: id });
  // The run's own documents are known already, and may be large.
  const filter = parseFilter(`scan_id = ${scan_id} AND uid != '${start.uid}'`);
  const [before, after, same] = await Promise.all([
    having(scan_id - 1),
    having(scan_id + 1),
    store.runs({ filter, lab, limit: MANY_ALIKE }),
  ]);
  const others = same.filter((run) => !attempts.includes(run.start.uid));
  const [previous, next] = [before[0], after[0]];
  return {
    ...(previous && { previous: namedRun(previous) }),
    ...(next && { next: namedRun(next) }),
    same_scan: others.map(namedRun),
  };
}

/**
 * What was deleted on purpose from the run with this uid: when, by whom and why. Empty if the text is not a
 * uid.
 */
export function removalsOf({ store }: Scope, word: string): Promise<Removal[]> {
  const uid = word.trim().toLowerCase();
  return isUid(uid) ? store.removals(uid) : Promise.resolve([]);
}
