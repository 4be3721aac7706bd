/**
 * The log lines of runs and workflows: of all of them, or of one, newest last. Node only.
 * @module
 */

import type { ExecutionRecord } from '../../model/execution';
import { shortUid } from '../../model/ids';
import type { FoundLine, LogOwner, LogQuery } from '../../store/interface/log-query';
import type { OutlineLogQuery, OwnedLine } from '../../store/interface/outline';
import type { Store } from '../../store/store';
import { runHas } from '../conditions';
import { labsWith } from '../hints/other-labs';
import type { Subject } from '../references/subject';
import type { Scope } from '../scope';

export type { OwnedLine } from '../../store/interface/outline';

/** Selects lines. */
interface LinesWanted {
  /** Lines whose message or attributes contain this text. The case of ASCII letters is ignored. */
  text?: string;
  /** Lines of these levels, such as `INFO`. */
  levels?: readonly string[];
  /** Lines not older than this, UNIX seconds. */
  since?: number;
  /** At most this many, the newest. */
  limit: number;
}

/**
 * The lines, oldest first. `subject`: a run, or an execution with its activities; if absent, the scope's labs.
 */
export async function linesOf(
  { store, only_lab }: Scope,
  wanted: LinesWanted,
  subject?: Subject,
): Promise<FoundLine[]> {
  return (await store.searchLog({ ...wanted, ...ownerOf(subject, only_lab) })).reverse();
}

/** The newest lines of an execution and its activities, newest first. */
export function executionLinesOf(
  { store }: Scope,
  { start }: ExecutionRecord,
  wanted: Omit<OutlineLogQuery, 'run_id' | 'lab'>,
): Promise<OwnedLine[]> {
  return store.outline.log({ ...wanted, run_id: start.run_id });
}

/**
 * The position at which a list of lines continues: this many lines with this time were returned, and all newer
 * ones.
 */
export interface LogPlace {
  /** UNIX seconds. */
  time: number;
  seen: number;
}

/** Lines, newest first, a part at a time. `next`: the beginning of the next part; absent in the last part. */
export async function logPart(
  { store, only_lab }: Scope,
  { after, limit, ...wanted }: LinesWanted & { after?: LogPlace },
  subject?: Subject,
): Promise<{ lines: FoundLine[]; next?: LogPlace }> {
  const seen = after?.seen ?? 0;
  const bounds = { until: after?.time, limit: limit + seen + 1 };
  const found = await store.searchLog({ ...wanted, ...bounds, ...ownerOf(subject, only_lab) });
  const lines = found.slice(seen, seen + limit);
  const last = lines.at(-1);
  if (!last || found.length <= seen + limit) return { lines };
  const same = lines.filter(({ time }) => time === last.time).length;
  return { lines, next: { time: last.time, seen: same + (last.time === after?.time ? seen : 0) } };
}

function ownerOf(
  subject: Subject | undefined,
  lab: string | undefined,
): Pick<LogQuery, 'owner' | 'execution' | 'lab'> {
  if (!subject) return { lab };
  if ('run' in subject) return { owner: { run_start: subject.run.start.uid } };
  return { execution: subject.execution.start.run_id };
}

/** Why no lines were found: the selection or the lab excludes them. */
export async function noLines(
  { store, only_lab: lab }: Scope,
  wanted: LinesWanted,
  subject?: Subject,
): Promise<string> {
  const asks = Boolean(wanted.text) || wanted.levels !== undefined || wanted.since !== undefined;
  const none = asks ? 'No logged line matches' : 'Nothing was logged';
  if (subject || lab === undefined) return `${none}.`;
  const [line] = await store.searchLog({ ...wanted, limit: 1 });
  const other = line && (await labOf(store, line.owner));
  return `${none} in lab ${lab}${other === undefined ? '' : `; ${labsWith([other], 'such lines')}`}.`;
}

async function labOf(store: Store, owner: LogOwner): Promise<string | undefined> {
  const [run] =
    'run_start' in owner
      ? await store.resolve({ by: 'uid', uid: owner.run_start })
      : await store.runs({ filter: { where: runHas('run_id', owner.run_id) }, limit: 1 });
  return run?.start.provenance.lab;
}

/** The key of a line's owner in {@link ownerNames}. */
export function ownerKey(owner: LogOwner): string {
  return 'run_start' in owner ? owner.run_start : owner.run_id;
}

/**
 * Names of the owners of lines for people: a run by the end of its uid and its activity, a workflow by its id.
 */
export async function ownerNames(
  { store }: Scope,
  lines: readonly FoundLine[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const { owner } of lines) {
    const key = ownerKey(owner);
    if (!names.has(key)) names.set(key, await nameOf(store, owner));
  }
  return names;
}

async function nameOf(store: Store, owner: LogOwner): Promise<string> {
  if ('run_id' in owner) return (await store.execution(owner.run_id))?.start.workflow_id ?? owner.run_id;
  const [run] = await store.resolve({ by: 'uid', uid: owner.run_start });
  const short = shortUid(owner.run_start);
  return run ? `${short} ${run.start.temporal.activity_type}` : short;
}
