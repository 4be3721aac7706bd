/**
 * Scan ids that many runs share, because an execution is one scan or because somebody gave all its runs one number. Node only.
 * @module
 */

import type { RunRecord } from '../../model/documents';
import { shortUid } from '../../model/ids';
import { instant } from '../words';

/** Runs that a scan id names, the newest first, taken apart: those of the newest one's scan, and others that have the number too. */
export interface Scan {
  /** Run id of the execution that is the scan; absent where the number is that of one run and its retries. */
  root: string | undefined;
  runs: RunRecord[];
  others: RunRecord[];
}

/** The scan of the newest of the runs that were found by a number, and the others. */
export function scanOf(found: readonly RunRecord[]): Scan {
  const [newest] = found;
  if (!newest) return { root: undefined, runs: [], others: [] };
  const runs = found.filter((run) => sharesWith(newest, run));
  const shared = newest.start.provenance.scan_root !== undefined || activitiesOf(runs) > 1;
  const others = found.filter((run) => !runs.includes(run));
  return { root: shared ? rootOf(newest) : undefined, runs, others };
}

/** A number that was counted for one run and given to another of its execution is a number twice, and not one scan. */
function sharesWith(one: RunRecord, other: RunRecord): boolean {
  const given = ({ start }: RunRecord) => start.provenance.sources?.scan_id !== undefined;
  return rootOf(one) === rootOf(other) && given(one) === given(other);
}

/** Whose runs a run's number may be shared with. */
function rootOf({ start: { provenance, temporal, uid } }: RunRecord): string {
  return provenance.scan_root ?? temporal.root?.run_id ?? temporal.run_id ?? temporal.activity_run_id ?? uid;
}

function activitiesOf(runs: readonly RunRecord[]): number {
  const names = runs.map(({ start: { temporal } }) =>
    JSON.stringify([temporal.run_id, temporal.activity_id]),
  );
  return new Set(names).size;
}

/** What to say beside an answer about the newest of several runs. */
export function mention(word: string, run: RunRecord, others: readonly RunRecord[]): string {
  const scan = scanOf([run, ...others]);
  const elsewhere = scan.root === undefined ? others : scan.others;
  const again = elsewhere.length > 0 ? `; also ${elsewhere.map(nameOf).join(', ')}` : '';
  if (scan.root === undefined)
    return `Scan id ${word} was given more than once: this is ${nameOf(run)}${again}.`;
  return `Scan id ${word} is an execution with several runs: this is the newest, ${nameOf(run)}; \`show ${word}\` shows all${again}.`;
}

/** Other scans with the number. */
export function mentionOthers(word: string, others: readonly RunRecord[]): string {
  return `Scan id ${word} was given more than once: also ${others.map(nameOf).join(', ')}.`;
}

/** The end of its uid, and when it opened. */
export function nameOf({ start }: RunRecord): string {
  return `${shortUid(start.uid)} (${instant(start.time)})`;
}
