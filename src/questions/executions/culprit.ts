/**
 * Finds the run that explains why an execution failed. Node only.
 * @module
 */
import type { RecordedError, RunRecord } from '../../model/documents';
import { errorOf } from '../status';

/**
 * Of the runs that finally failed, the one that explains the failure: the last to end. A run with the same
 * error as the execution comes first.
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
