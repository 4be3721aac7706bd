/**
 * Parts of a history that could not be recorded. The caller receives them, and the store keeps them for `doctor`. Reading the
 * same history again adds nothing.
 * @module
 */
import type { ExecutionAddress } from '../../model/documents';
import type { LossRecord } from '../../store/interface/written';
import type { HistoryEvent } from '../../temporal/activity-history';
import { eventSeconds } from '../../temporal/event-values';
import { isUnknownEvent } from '../../temporal/execution-history';
import { type Tally, tally } from '../counts';

/** Kinds of losses, as `doctor` names them. */
type HistoryLossKind =
  | 'history-event'
  | 'history-start'
  | 'history-metadata'
  | 'history-gone'
  | 'history-unread'
  | 'export-file';

/** A part of a history that could not be recorded. */
export interface HistoryLoss {
  loss: HistoryLossKind;
  reason: string;
  /** Its subject. A loss is counted once per kind and time. */
  of: string;
  /** UNIX seconds: when the lost part was written, so that it is counted once. */
  time: number;
  count?: number;
}

/** The longest detail that is stored. */
const MAX_DETAIL_LENGTH = 500;

/** Counts a loss and returns its record. */
export function recordLoss(losses: Tally, { loss, reason, of, time, count = 1 }: HistoryLoss): LossRecord {
  tally(losses, reason, count);
  const detail = `${reason} (${of})`.slice(0, MAX_DETAIL_LENGTH);
  return { kind: 'loss', session_id: `history of ${of}`, loss, time, count, detail };
}

/** Returns a loss of one execution's history. */
export function historyLoss(
  loss: HistoryLossKind,
  reason: string,
  { workflow_id, run_id }: ExecutionAddress,
  events: readonly HistoryEvent[] = [],
): HistoryLoss {
  const time = eventSeconds(events.at(-1)?.eventTime) ?? Date.now() / 1000;
  return { loss, reason, of: `workflow ${workflow_id}, run ${run_id}`, time };
}

/** Returns events of a newer server that this version can't read; undefined if there are none. */
export function unknownEvents(
  address: ExecutionAddress,
  events: readonly HistoryEvent[],
): HistoryLoss | undefined {
  const count = events.filter(isUnknownEvent).length;
  const reason = 'an event of a kind that this release does not know';
  return count > 0 ? { ...historyLoss('history-event', reason, address, events), count } : undefined;
}
