/**
 * What a workflow logs, kept beside its execution. The SDK's logger sink is wrapped: lines go where they went before.
 * Node only.
 * @module
 */
import type { InjectedSinks, LoggerSinks } from '@temporalio/worker';
import type { WorkflowInfo } from '@temporalio/workflow';
import { RecentMap } from '../../src/store/recent-map';
import { LogTail } from '../activity/log-tail';
import { lose } from '../loss';
import type { SinkParts } from './deferred';

/** Executions whose lines are bounded at once; one that has logged nothing for long is bounded anew. */
const MAX_TAILS = 4_000;
const MAX_WAITING = 1_000;

/** How long lines may come after an execution has closed: the SDK itself says then how it failed. */
const LAST_LINES_MS = 1_000;

/** Levels that are kept: what the SDK itself says of each workflow is below them. */
const LEVELS = ['info', 'warn', 'error'] as const;

/** The logger sink of a worker, with what it has gathered. */
export interface ListeningLogger {
  sinks: InjectedSinks<LoggerSinks>;
  /** Hands over the lines that wait; at the worker's end. */
  flush(): void;
  /** An execution has closed: what is kept to bound its lines goes, once its last lines have come. */
  forget(run_id: string): void;
}

/** What lines are recorded with. */
type Parts = Pick<SinkParts, 'recorder' | 'values' | 'limits'>;

/** What captures for a worker, as far as its log needs it. */
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
  /** Never throws: a timer calls it, where a fault would end the worker. */
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
