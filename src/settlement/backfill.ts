/**
 * Records of executions that ran before the plugin came, from their histories: the execution, the decisions on it, and a
 * run for the last attempt of each activity, marked `origin: history`. What history cannot tell stays blank. Identities are
 * derived from Temporal's, so that the same history read twice gives nothing new.
 * @module
 */
import type { ExecutionAddress } from '../model/documents';
import type { Store, WriteRecord } from '../store/store';
import { type HistoryEvent, hasBegun, readActivities } from './activity-history';
import type { BackfillCounts } from './counts';
import { readDecisions } from './decision-history';
import { readBuild, readExecutionClose, readExecutionStart } from './execution-history';
import { historyLoss, recordLoss, unknownEvents } from './history-losses';
import { metadataReader, runRecords } from './history-runs';
import { type HistoryValues, historyReader, isEncoded, isWithheld } from './history-values';

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
): Promise<WriteRecord[]> {
  const known = await recordedActivities(options.store, address);
  const reader = historyReader(options.values, known.withheld || isEncoded(events));
  const told = await readExecutionStart(events[0], address, reader);
  if (!told) {
    const reason = 'a history that does not begin with a start';
    return [recordLoss(counts.losses, historyLoss('history-start', reason, address, events))];
  }
  const start = { ...told, ...readBuild(events, address.run_id) };
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
  for (const activity of readActivities(events, address.run_id)) {
    if (!hasBegun(activity)) continue;
    if (known.activities.has(activity.activity_id)) counts.known += 1;
    else {
      counts.runs += 1;
      const parts = { lab: options.lab, origin: 'history' as const, start, metadata, reader };
      records.push(...(await runRecords(parts, activity)));
    }
  }
  return records;
}

/** Activities of the execution that have a run already, a worker's or an earlier backfill's; whether values were withheld there. */
async function recordedActivities(
  store: Store,
  { run_id }: ExecutionAddress,
): Promise<{ activities: Set<string>; withheld: boolean }> {
  const where = { op: 'compare', field: ['run_id'], operator: '=', value: run_id } as const;
  const runs = await store.runs({ filter: { where }, limit: 60_000 });
  return {
    activities: new Set(runs.map(({ start }) => start.temporal.activity_id)),
    withheld: runs.some(isWithheld),
  };
}
