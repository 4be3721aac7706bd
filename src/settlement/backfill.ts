/**
 * Records executions that ran before the plugin was installed, from their histories. It records the execution, the decisions on
 * it, and a run for the last attempt of each activity, marked `origin: history`. Facts that a history lacks stay empty.
 * Identities are derived from Temporal's, so reading the same history again adds nothing.
 * @module
 */
import type { ExecutionAddress } from '../model/documents';
import type { WriteRecord } from '../store/interface/written';
import type { Store } from '../store/store';
import { type HistoryEvent, hasBegun, readActivities } from '../temporal/activity-history';
import { readDecisions } from '../temporal/decision-history';
import { readBuild, readExecutionClose, readExecutionStart } from '../temporal/execution-history';
import { type HistoryValues, historyReader, isEncoded } from '../temporal/history-values';
import type { BackfillCounts } from './counts';
import { HistoryFlow } from './histories/history-flow';
import { historyLoss, recordLoss, unknownEvents } from './histories/history-losses';
import { metadataReader, runRecords } from './histories/history-runs';

/** The target and the rules of a backfill. */
export interface BackfillOptions {
  store: Store;
  lab: string;
  values: HistoryValues;
}

/** Records one execution from its history. Adds to `counts`. */
export async function backfillExecution(
  options: BackfillOptions,
  address: ExecutionAddress,
  events: readonly HistoryEvent[],
  counts: BackfillCounts,
  all: KnownActivities,
): Promise<WriteRecord[]> {
  const known = all.get(address.run_id);
  const reader = historyReader(options.values, known?.withheld || isEncoded(events));
  const recorded = await readExecutionStart(events[0], address, reader);
  if (!recorded) {
    const reason = 'a history without a start event';
    return [recordLoss(counts.losses, historyLoss('history-start', reason, address, events))];
  }
  const start = { ...recorded, ...readBuild(events, address.run_id) };
  counts.executions += 1;
  const records: WriteRecord[] = [{ kind: 'execution', start }];
  const unknown = unknownEvents(address, events);
  if (unknown) records.push(recordLoss(counts.losses, unknown));
  const close = await readExecutionClose(events, address, reader);
  if (close) records.push({ kind: 'execution-close', close });
  for (const decision of readDecisions(events, address, reader)) records.push({ kind: 'decision', decision });
  const metadata = metadataReader(options.values, events[0], start, options.store);
  const { rejected } = await metadata(undefined);
  if (rejected)
    records.push(recordLoss(counts.losses, historyLoss('history-metadata', rejected, address, events)));
  const flow = HistoryFlow.of(events, options.values, reader);
  for (const activity of readActivities(events, address.run_id)) {
    if (!hasBegun(activity)) continue;
    if (known?.activities.has(activity.activity_id)) counts.known += 1;
    else {
      counts.runs += 1;
      const parts = { lab: options.lab, origin: 'history' as const, start, metadata, reader, flow };
      records.push(...(await runRecords(parts, activity)));
    }
  }
  return records;
}

/** Activities that already have runs, by the run id of their execution. The runs are from workers or an earlier backfill. */
export type KnownActivities = ReadonlyMap<string, KnownOf>;

interface KnownOf {
  activities: Set<string>;
  /** True if values were withheld there. */
  withheld: boolean;
}

/** Returns what is known of executions before they are recorded. */
export async function knownActivities(
  store: Pick<Store, 'recorded'>,
  run_ids: readonly string[],
): Promise<KnownActivities> {
  const known = new Map<string, KnownOf>();
  for (const { run_id, activity_id, withheld } of await store.recorded(run_ids)) {
    const of = known.get(run_id) ?? { activities: new Set(), withheld: false };
    known.set(run_id, of);
    of.activities.add(activity_id);
    of.withheld ||= withheld;
  }
  return known;
}
