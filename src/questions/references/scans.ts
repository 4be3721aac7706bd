/**
 * Scan ids that many runs share, because an execution is one scan or because all its runs were given one
 * number. Node only.
 * @module
 */

import type { RunRecord } from '../../model/documents';
import { shortUid } from '../../model/ids';
import { instant } from '../words';

/**
 * The runs with a scan id, newest first, in two groups: those of the newest run's scan, and others that also
 * have the number.
 */
export interface Scan {
  /** Run id of the execution that is the scan; absent if the number belongs to one run and its retries. */
  root: string | undefined;
  runs: RunRecord[];
  others: RunRecord[];
}

/** Splits the runs with a number into the scan of the newest one, and the others. */
export function scanOf(found: readonly RunRecord[]): Scan {
  const [newest] = found;
  if (!newest) return { root: undefined, runs: [], others: [] };
  const runs = found.filter((run) => sharesWith(newest, run));
  const shared = newest.start.provenance.scan_root !== undefined || activitiesOf(runs) > 1;
  const others = found.filter((run) => !runs.includes(run));
  return { root: shared ? rootOf(newest) : undefined, runs, others };
}

/**
 * Two runs of one execution may have the same number if one counted it, and the other was given it explicitly.
 * Then they are two scans.
 */
function sharesWith(one: RunRecord, other: RunRecord): boolean {
  const given = ({ start }: RunRecord) => start.provenance.sources?.scan_id !== undefined;
  return rootOf(one) === rootOf(other) && given(one) === given(other);
}

/** The id of the execution whose runs may share this run's number. */
function rootOf({ start: { provenance, temporal, uid } }: RunRecord): string {
  return provenance.scan_root ?? temporal.root?.run_id ?? temporal.run_id ?? temporal.activity_run_id ?? uid;
}

function activitiesOf(runs: readonly RunRecord[]): number {
  const names = runs.map(({ start: { temporal } }) =>
    JSON.stringify([temporal.run_id, temporal.activity_id]),
  );
  return new Set(names).size;
}

/** The remark with an answer that is about the newest of several runs with one scan id. */
export function mention(word: string, run: RunRecord, others: readonly RunRecord[]): string {
  const scan = scanOf([run, ...others]);
  const elsewhere = scan.root === undefined ? others : scan.others;
  const again = elsewhere.length > 0 ? `; also ${elsewhere.map(nameOf).join(', ')}` : '';
  if (scan.root === undefined)
    return `Scan id ${word} was assigned more than once: this is ${nameOf(run)}${again}.`;
  return `Scan id ${word} belongs to an execution with several runs; this is the newest, ${nameOf(run)}; \`show ${word}\` shows all${again}.`;
}

/** The remark about other scans with the number. */
export function mentionOthers(word: string, others: readonly RunRecord[]): string {
  return `Scan id ${word} was assigned more than once: also ${others.map(nameOf).join(', ')}.`;
}

/** Names a run by the end of its uid, and when it opened. */
export function nameOf({ start }: RunRecord): string {
  return `${shortUid(start.uid)} (${instant(start.time)})`;
}
