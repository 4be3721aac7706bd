/**
 * Reconstructs the last attempt of an activity if it has no run although earlier attempts have. Its worker died before it wrote
 * anything to a disk, or does not record. A run is reconstructed from the history, so that the outcome of the activity is
 * recorded.
 * @module
 */
import { BLOCKED_TYPE, REFUSAL_TYPE } from '../model/not-run';
import type { KnownRun, UnsettledExecution } from '../store/interface/settling';
import type { WriteRecord } from '../store/interface/written';
import type { Store } from '../store/store';
import { type ActivityHistory, hasBegun, readActivities } from '../temporal/activity-history';
import { readBuild, readExecutionStart } from '../temporal/execution-history';
import type { HistoryReader, HistoryValues } from '../temporal/history-values';
import type { ReconcileCounts } from './counts';
import { HistoryFlow } from './histories/history-flow';
import { metadataReader, runRecords } from './histories/history-runs';
import type { Look } from './histories/history-source';
import { activityOf } from './judge';

interface UnrecordedOptions {
  store: Pick<Store, 'context' | 'resolve'>;
  values: HistoryValues;
  reader: HistoryReader;
  /** A record of an attempt that ended after this instant (UNIX seconds) may still arrive. */
  opened_before: number;
}

interface Unrecorded {
  /** Records of the attempts that no worker recorded, each with its outcome. */
  records: WriteRecord[];
  /** True if an attempt ended so recently that its activity must be checked again. The execution then stays unsettled. */
  waiting: boolean;
}

/** Returns the records of last attempts without a run, and whether some must be waited for. Adds to `counts`. */
export async function unrecordedAttempts(
  execution: UnsettledExecution,
  look: Look,
  options: UnrecordedOptions,
  counts: ReconcileCounts,
): Promise<Unrecorded> {
  if (look.kind !== 'history') return { records: [], waiting: false };
  const { namespace, workflow_id, run_id } = execution;
  const all = withoutLast(execution.runs, readActivities(look.events, run_id));
  const found = all.filter(({ ended }) => ended < options.opened_before);
  const waiting = found.length < all.length;
  if (found.length === 0) return { records: [], waiting };
  const { reader, values, store } = options;
  const recorded = await readExecutionStart(look.events[0], { namespace, workflow_id, run_id }, reader);
  if (!recorded) return { records: [], waiting };
  const start = { ...recorded, ...readBuild(look.events, run_id) };
  const metadata = metadataReader(values, look.events[0], start, store);
  const flow = HistoryFlow.of(look.events, values, reader);
  const records: WriteRecord[] = [];
  for (const { activity, before } of found) {
    const [known] = await store.resolve({ by: 'uid', uid: before.uid });
    if (!known) continue;
    const { lab } = known.start.provenance;
    counts.recorded += 1;
    records.push(...(await runRecords({ lab, origin: 'history', start, metadata, reader, flow }, activity)));
  }
  return { records, waiting };
}

/** Returns activities whose last attempt has no run, with the run of an earlier attempt. */
function withoutLast(
  runs: readonly KnownRun[],
  activities: readonly ActivityHistory[],
): { activity: ActivityHistory; before: KnownRun; ended: number }[] {
  const byId = new Map<string, ActivityHistory[]>();
  for (const activity of activities)
    byId.set(activity.activity_id, [...(byId.get(activity.activity_id) ?? []), activity]);
  return activities.flatMap((activity) => {
    const { is_local, attempt, end } = activity;
    if (is_local || attempt === undefined || !end || !codeBegan(activity)) return [];
    const own = runs.filter(
      (run) =>
        run.activity_id === activity.activity_id && activityOf(run, byId.get(run.activity_id)) === activity,
    );
    const before = own.at(-1);
    // A run with a higher number is from before a reset. The numbers then do not show which attempts are missing.
    return before && own.every((run) => run.attempt < attempt) ? [{ activity, before, ended: end.time }] : [];
  });
}

/** True if the attempt's code began. A refused attempt has a refusal instead of a run. */
function codeBegan(activity: ActivityHistory): boolean {
  const type = activity.end?.failure?.applicationFailureInfo?.type;
  return hasBegun(activity) && type !== REFUSAL_TYPE && type !== BLOCKED_TYPE;
}
