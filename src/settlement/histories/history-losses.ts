/**
 * What of a history could not be recorded: told to whoever asked, and kept in the store, where `doctor` shows it. The same history
 * read again adds nothing.
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

/** Something of a history that could not be recorded. */
export interface HistoryLoss {
  loss: HistoryLossKind;
  reason: string;
  /** What it is of: counted once per kind and time. */
  of: string;
  /** UNIX seconds: when what is lost was written, so that it is counted once. */
  time: number;
  count?: number;
}

/** Longest detail that is kept. */
const MAX_DETAIL_LENGTH = 500;

/** Counts a loss, and makes its record. */
export function recordLoss(losses: Tally, { loss, reason, of, time, count = 1 }: HistoryLoss): LossRecord {
  tally(losses, reason, count);
  const detail = `${reason} (${of})`.slice(0, MAX_DETAIL_LENGTH);
  return { kind: 'loss', session_id: `history of ${of}`, loss, time, count, detail };
}

/** A loss of one execution's history. */
export function historyLoss(
  loss: HistoryLossKind,
  reason: string,
  { workflow_id, run_id }: ExecutionAddress,
  events: readonly HistoryEvent[] = [],
): HistoryLoss {
  const time = eventSeconds(events.at(-1)?.eventTime) ?? Date.now() / 1000;
  return { loss, reason, of: `workflow ${workflow_id}, run ${run_id}`, time };
}

/** Events that a newer server wrote, and this version can't read; undefined when there are none. */
export function unknownEvents(
  address: ExecutionAddress,
  events: readonly HistoryEvent[],
): HistoryLoss | undefined {
  const count = events.filter(isUnknownEvent).length;
  const reason = 'an event of a kind that this version does not know';
  return count > 0 ? { ...historyLoss('history-event', reason, address, events), count } : undefined;
}
