/**
 * Which run tells why an execution failed. Node only.
 * @module
 */
import type { RecordedError, RunRecord } from '../../model/documents';
import { errorOf } from '../status';

/**
 * Of the runs that failed for good the one that tells why: the last to end; of several, one whose error is the execution's own goes
 * first.
 */
export function culpritAmong<Failed extends { run: RunRecord }>(
  failed: readonly Failed[],
  error: RecordedError | undefined,
): Failed | undefined {
  // See docs/design/questions.md#what-is-shown.
  const causes = causesOf(error);
  const same = failed.filter(({ run }) => {
    const own = errorOf(run);
    return causes.some(({ type, message }) => type === own?.type && message === own?.message);
  });
  const latest = (a: Failed, b: Failed) => endTime(b.run) - endTime(a.run);
  return [...same.sort(latest), ...[...failed].sort(latest)][0];
}

/** An error and its causes, outermost first. */
export function causesOf(error: RecordedError | undefined): RecordedError[] {
  return error ? [error, ...causesOf(error.cause)] : [];
}

function endTime({ start, stop, settled }: RunRecord): number {
  return stop?.time ?? settled?.time ?? start.time;
}
