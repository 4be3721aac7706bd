/**
 * What a workflow logs, kept beside its execution. The SDK's logger sink is wrapped: lines go where they went before.
 * Node only.
 * @module
 */
import type { InjectedSinks, LoggerSinks } from '@temporalio/worker';
import type { Recorder } from '../src/record/recorder';
import { BoundedCache } from './bounded-cache';
import { LogTail } from './log-tail';
import type { ValueRecorder } from './values';

/** Executions whose lines are being gathered at once; the oldest is handed over early. */
const MAX_TAILS = 10_000;
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/** The user's logger sink, or the SDK's, with a listener. */
export function listeningLoggerSinks(
  existing: InjectedSinks<LoggerSinks>,
  parts: () => { recorder: Recorder; values: ValueRecorder } | undefined,
): InjectedSinks<LoggerSinks> {
  const tails = new BoundedCache<string, LogTail>(MAX_TAILS);
  const { defaultWorkerLogger } = existing;
  const wrapped = { ...defaultWorkerLogger };
  for (const level of LEVELS) {
    const sink = defaultWorkerLogger[level];
    wrapped[level] = {
      ...sink,
      fn(info, message, attributes) {
        const current = parts();
        if (current) tailOf(tails, info.runId, current).write(level.toUpperCase(), message, attributes);
        return sink.fn(info, message, attributes);
      },
    };
  }
  return { defaultWorkerLogger: wrapped };
}

function tailOf(
  tails: BoundedCache<string, LogTail>,
  run_id: string,
  parts: { recorder: Recorder; values: ValueRecorder },
): LogTail {
  const known = tails.get(run_id);
  if (known) return known;
  const tail = new LogTail({ run_start: null, run_id }, parts);
  tails.set(run_id, tail);
  return tail;
}
