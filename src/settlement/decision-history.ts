/**
 * Decisions from outside, as a workflow history tells them: with who made them, which the workflow itself cannot know.
 * @module
 */
import type { Decision, DecisionKind } from '../model/decision';
import type { ExecutionAddress } from '../model/documents';
import type { HistoryEvent } from './activity-history';
import { eventSeconds } from './event-values';
import { digestOf } from './execution-history';

type Told = Omit<Decision, keyof ExecutionAddress | 'ordinal' | 'time' | 'origin'>;

/** Signals, updates, cancellations, terminations and resets, numbered by kind in history's order. */
export function readDecisions(events: readonly HistoryEvent[], address: ExecutionAddress): Decision[] {
  const counts = new Map<DecisionKind, number>();
  const decisions: Decision[] = [];
  for (const event of events) {
    const told = readDecision(event);
    if (!told) continue;
    const ordinal = (counts.get(told.kind) ?? 0) + 1;
    counts.set(told.kind, ordinal);
    decisions.push({
      ...address,
      ...told,
      ordinal,
      time: eventSeconds(event.eventTime) ?? 0,
      origin: 'history',
    });
  }
  return decisions;
}

function readDecision(event: HistoryEvent): Told | undefined {
  const signal = event.workflowExecutionSignaledEventAttributes;
  if (signal) {
    return {
      kind: 'signal',
      name: signal.signalName ?? '',
      args_digest: digestOf(signal.input),
      identity: signal.identity ?? undefined,
    };
  }
  const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
  if (update) {
    const identity = update.meta?.identity ?? undefined;
    return {
      kind: 'update',
      name: update.input?.name ?? '',
      args_digest: digestOf(update.input?.args),
      identity,
    };
  }
  const cancel = event.workflowExecutionCancelRequestedEventAttributes;
  if (cancel)
    return { kind: 'cancel', identity: cancel.identity ?? undefined, reason: cancel.cause || undefined };
  const terminated = event.workflowExecutionTerminatedEventAttributes;
  if (terminated)
    return {
      kind: 'terminate',
      identity: terminated.identity ?? undefined,
      reason: terminated.reason || undefined,
    };
  const failedTask = event.workflowTaskFailedEventAttributes;
  if (failedTask?.newRunId && failedTask.baseRunId) {
    return {
      kind: 'reset',
      identity: failedTask.identity ?? undefined,
      reason: failedTask.failure?.message || undefined,
    };
  }
  return undefined;
}
