/**
 * Sinks of a worker that may not run yet. Each call goes to the capture that runs at that moment. Node only.
 * @module
 */
import type { InjectedSinks } from '@temporalio/worker';
import type { Recorder } from '../../src/record/recorder';
import type { ValueRecorder } from '../../src/values/policy';
import type { LogTailLimits } from '../activity/log-tail';
import { type ProvenanceSinks, SINK_NAME } from '../workflow/sinks';

/** The parts of a running worker that sinks need. */
export interface SinkParts {
  recorder: Recorder;
  values: ValueRecorder;
  /** The limits of logged lines. */
  limits?: LogTailLimits;
  sinks: InjectedSinks<ProvenanceSinks>;
}

/** Gives the present capture of a worker. */
export interface CurrentCapture {
  /** `undefined` before the worker runs and after it has ended. */
  current(): SinkParts | undefined;
}

/** Sinks that forward each call to the capture that runs at that moment. */
export function deferredSinks(capture: CurrentCapture): InjectedSinks<ProvenanceSinks> {
  const functions = () => capture.current()?.sinks[SINK_NAME];
  return {
    [SINK_NAME]: {
      execution: { callDuringReplay: true, fn: (info, text) => functions()?.execution.fn(info, text) },
      context: { callDuringReplay: true, fn: (info, text) => functions()?.context.fn(info, text) },
      close: { callDuringReplay: false, fn: (info, text) => functions()?.close.fn(info, text) },
      progress: { callDuringReplay: false, fn: (info, text) => functions()?.progress.fn(info, text) },
      origins: { callDuringReplay: false, fn: (info, text) => functions()?.origins.fn(info, text) },
    },
  };
}
