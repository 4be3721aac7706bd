/**
 * The retention of what runs and workflows said while they lived: removed while a worker runs, now and then. Node only.
 * @module
 */
import type { Recorder } from '../record/recorder';

const EVERY_MS = 6 * 3_600_000;
const DAY_S = 86_400;

/** Keeps to `days` from here on; call the answer when the worker ends. */
export function keepDays(days: number, recorder: Recorder): () => void {
  const trim = (): void => {
    void recorder.trimProgress(Date.now() / 1000 - days * DAY_S);
  };
  trim();
  const timer = setInterval(trim, EVERY_MS).unref();
  return () => clearInterval(timer);
}
