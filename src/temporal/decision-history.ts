/**
 * Reads decisions from outside from a workflow history. It contains who made them, which the workflow itself
 * cannot know.
 * @module
 */
import type { Decision, DecisionKind } from '../model/decision';
import type { ExecutionAddress } from '../model/documents';
import type { HistoryEvent } from './activity-history';
import { eventSeconds } from './event-values';
import type { HistoryReader } from './history-values';

type RecordedDecision = Omit<Decision, keyof ExecutionAddress | 'ordinal' | 'time' | 'origin'>;

/** Signals, updates, cancellations, terminations and resets, numbered by kind in the order of the history. */
export function readDecisions(
  events: readonly HistoryEvent[],
  address: ExecutionAddress,
  reader: Pick<HistoryReader, 'digest' | 'text'>,
): Decision[] {
  const counts = new Map<DecisionKind, number>();
  const decisions: Decision[] = [];
  for (const event of events) {
    const decision = readDecision(event, reader);
    if (!decision) continue;
    const ordinal = (counts.get(decision.kind) ?? 0) + 1;
    counts.set(decision.kind, ordinal);
    decisions.push({
      ...address,
      ...decision,
      ordinal,
      time: eventSeconds(event.eventTime) ?? 0,
      origin: 'history',
    });
  }
  return decisions;
}

function readDecision(
  event: HistoryEvent,
  { digest, text }: Pick<HistoryReader, 'digest' | 'text'>,
): RecordedDecision | undefined {
  const reasonOf = (reason: string | null | undefined) => (reason ? text(reason) : undefined);
  const signal = event.workflowExecutionSignaledEventAttributes;
  if (signal) {
    return {
      kind: 'signal',
      name: signal.signalName ?? '',
      args_digest: digest(signal.input),
      identity: signal.identity ?? undefined,
    };
  }
  const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
  if (update) {
    const identity = update.meta?.identity ?? undefined;
    return {
      kind: 'update',
      name: update.input?.name ?? '',
      args_digest: digest(update.input?.args),
      identity,
    };
  }
  const cancel = event.workflowExecutionCancelRequestedEventAttributes;
  if (cancel)
    return { kind: 'cancel', identity: cancel.identity ?? undefined, reason: reasonOf(cancel.cause) };
  const terminated = event.workflowExecutionTerminatedEventAttributes;
  if (terminated)
    return {
      kind: 'terminate',
      identity: terminated.identity ?? undefined,
      reason: reasonOf(terminated.reason),
    };
  const failedTask = event.workflowTaskFailedEventAttributes;
  if (failedTask?.newRunId && failedTask.baseRunId) {
    return {
      kind: 'reset',
      identity: failedTask.identity ?? undefined,
      reason: reasonOf(failedTask.failure?.message),
    };
  }
  return undefined;
}
