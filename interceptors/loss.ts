/**
 * Counting a loss where nothing may throw. Node only.
 * @module
 */
import type { Recorder } from '../src/record/recorder';

/** A part of the capture failed; never throws. */
export function lose(recorder: Recorder, kind: string, error: unknown): void {
  try {
    recorder.lose(kind, String(error));
  } catch {
    // Not even the loss could be counted; the work goes on.
  }
}
