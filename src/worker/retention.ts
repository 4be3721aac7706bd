/**
 * Retention of checkpoints and log lines: old ones are deleted from time to time while a worker runs. Node
 * only.
 * @module
 */
import type { Recorder } from '../record/recorder';

const EVERY_MS = 6 * 3_600_000;
const DAY_S = 86_400;

/** Deletes what is older than `days` from now on. Call the returned function when the worker ends. */
export function keepDays(days: number, recorder: Recorder): () => void {
  const trim = (): void => {
    void recorder.trimProgress(Date.now() / 1000 - days * DAY_S);
  };
  trim();
  const timer = setInterval(trim, EVERY_MS).unref();
  return () => clearInterval(timer);
}
