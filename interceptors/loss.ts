/**
 * Counts a loss where no code may throw. Node only.
 * @module
 */
import type { Recorder } from '../src/record/recorder';

/** Counts that a part of the capture failed. Never throws. */
export function lose(recorder: Recorder, kind: string, error: unknown): void {
  try {
    recorder.lose(kind, String(error));
  } catch {
    // If even the count fails, the work continues.
  }
}
