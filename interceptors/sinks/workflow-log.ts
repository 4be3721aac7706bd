/**
 * Keeps what a workflow logs with its execution. The SDK's logger sink is wrapped, and lines still go where
 * they went before. Node only.
 * @module
 */
import type { InjectedSinks, LoggerSinks } from '@temporalio/worker';
import type { WorkflowInfo } from '@temporalio/workflow';
import { RecentMap } from '../../src/store/recent-map';
import { LogTail } from '../activity/log-tail';
import { lose } from '../loss';
import type { SinkParts } from './deferred';

/**
 * The most executions whose lines are bounded at the same time. For an execution that was quiet for long,
 * counting may start again.
 */
const MAX_TAILS = 4_000;
const MAX_WAITING = 1_000;

/** How long lines may arrive after an execution has closed, in ms: the SDK then logs how it failed. */
const LAST_LINES_MS = 1_000;

/** The levels that are kept. The SDK's own lines about each workflow are below them. */
const LEVELS = ['info', 'warn', 'error'] as const;

/** The logger sink of a worker, and the lines that it has gathered. */
export interface ListeningLogger {
  sinks: InjectedSinks<LoggerSinks>;
  /** Passes on the pending lines at the worker's end. */
  flush(): void;
  /**
   * Called when an execution has closed. Frees the memory that bounds its lines, after its last lines have
   * arrived.
   */
  forget(run_id: string): void;
}

/** The parts with which lines are recorded. */
type Parts = Pick<SinkParts, 'recorder' | 'values' | 'limits'>;

/** Gives the parts of a worker's present capture that its log needs. */
interface CurrentLog {
  /** `undefined` before the worker runs and after it has ended. */
  current(): Parts | undefined;
}

/** The user's logger sink, or the SDK's, with a listener. */
export function listeningLogger(
  { defaultWorkerLogger }: InjectedSinks<LoggerSinks>,
  capture: CurrentLog,
): ListeningLogger {
  const tails = new RecentMap<LogTail>(MAX_TAILS);
  const waiting = new Set<LogTail>();
  const flush = (): void => {
    for (const tail of waiting) tail.flush();
    waiting.clear();
  };
  /** Never throws: it runs in a timer, where an error would end the worker. */
  const drop = (run_id: string): void => {
    try {
      const tail = tails.get(run_id);
      if (!tail) return;
      tail.flush();
      waiting.delete(tail);
      tails.delete(run_id);
    } catch (error) {
      const current = capture.current();
      if (current) lose(current.recorder, 'log', error);
    }
  };
  const forget = (run_id: string): void => {
    setTimeout(() => drop(run_id), LAST_LINES_MS).unref();
  };
  const listen = (info: WorkflowInfo, level: string, message: string, attributes?: object): void => {
    const current = capture.current();
    if (!current) return;
    try {
      const tail = tailOf(tails, info.runId, current);
      tail.write(level.toUpperCase(), message, attributes);
      waiting.add(tail);
      if (waiting.size > MAX_WAITING) flush();
    } catch (error) {
      lose(current.recorder, 'log', error);
    }
  };
  const wrapped = { ...defaultWorkerLogger };
  for (const level of LEVELS) {
    const sink = defaultWorkerLogger[level];
    wrapped[level] = {
      ...sink,
      fn(info, message, attributes) {
        listen(info, level, message, attributes);
        return sink.fn(info, message, attributes);
      },
    };
  }
  return { sinks: { defaultWorkerLogger: wrapped }, flush, forget };
}

function tailOf(tails: RecentMap<LogTail>, run_id: string, parts: Parts): LogTail {
  const known = tails.get(run_id);
  if (known) return known;
  const tail = new LogTail({ run_start: null, run_id }, parts);
  tails.set(run_id, tail, 1);
  return tail;
}
