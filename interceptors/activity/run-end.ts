/**
 * What the worker saw of a run's end: returned, threw, or was cancelled. This is not its outcome, which
 * Temporal decides. Node only.
 * @module
 */
import type { Context } from '@temporalio/activity';
import { CancelledFailure, CompleteAsyncError } from '@temporalio/common';
import type { ExitStatus, RecordedError, Resources, StopDocument } from '../../src/model/documents';
import type { StopDraft } from '../../src/record/opening/run-draft';
import type { CountedValues } from '../../src/values/policy';

/** Longest reason, in characters. The error itself is recorded in full. */
const MAX_REASON_LENGTH = 500;

/** How the code ended. */
export type Ending = { returned: unknown } | { threw: unknown };

type StopFacts = NonNullable<StopDocument['temporal']>;

/** Builds the draft of a stop. */
export function stopDraft(
  uid: string,
  ending: Ending,
  context: Context,
  parts: { resources: Resources; values: CountedValues },
): StopDraft {
  const draft = stopWithoutCounts(uid, ending, context, parts);
  const { redactions } = parts.values;
  return redactions === undefined ? draft : { ...draft, provenance: { redactions } };
}

function stopWithoutCounts(
  uid: string,
  ending: Ending,
  context: Context,
  parts: { resources: Resources; values: CountedValues },
): StopDraft {
  const base = { uid, time: Date.now() / 1000, resources: parts.resources };
  const temporal: StopFacts = {};
  const cancellation = cancellationOf(context);
  if (cancellation) temporal.cancellation = cancellation;
  if ('returned' in ending) {
    if (ending.returned !== undefined) {
      temporal.result = [parts.values.value(ending.returned)];
      const indexed = parts.values.taken('result', temporal.result, [ending.returned]);
      if (indexed) temporal.indexed = indexed;
    }
    return { ...base, exit_status: 'success', temporal };
  }
  if (ending.threw instanceof CompleteAsyncError) {
    temporal.completes_async = true;
    return { ...base, exit_status: 'success', reason: 'completes asynchronously', temporal };
  }
  temporal.error = parts.values.error(ending.threw);
  const exit_status = exitStatus(ending.threw, cancellation);
  return { ...base, exit_status, reason: reasonOf(temporal.error, exit_status, cancellation), temporal };
}

function exitStatus(error: unknown, cancellation: string | undefined): ExitStatus {
  const aborted =
    error instanceof CancelledFailure || (error as { name?: unknown } | null)?.name === 'AbortError';
  return cancellation && aborted ? 'abort' : 'fail';
}

function reasonOf(error: RecordedError, status: ExitStatus, cancellation: string | undefined): string {
  if (status === 'abort' && cancellation) return cancellation;
  return `${error.type}: ${error.message}`.slice(0, MAX_REASON_LENGTH);
}

/** Why the attempt was cancelled: the most important of its reasons; `undefined` if it was not. */
function cancellationOf(context: Context): string | undefined {
  if (!context.cancellationSignal.aborted) return undefined;
  const details = context.cancellationDetails;
  if (details?.workerShutdown) return 'worker_shutdown';
  if (details?.timedOut) return 'timed_out';
  if (details?.paused) return 'paused';
  if (details?.reset) return 'reset';
  if (details?.notFound) return 'not_found';
  return 'cancel_requested';
}
