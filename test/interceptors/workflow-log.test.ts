/** What is kept of a workflow's lines, and for how long, with a recorder that keeps what it is handed. */
import type { InjectedSinks, LoggerSinks } from '@temporalio/worker';
import type { WorkflowInfo } from '@temporalio/workflow';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listeningLogger } from '../../interceptors/sinks/workflow-log';
import type { Recorder } from '../../src/record/recorder';
import { createRedactor } from '../../src/redaction/redactor';
import type { LogRecord } from '../../src/store/interface/written';
import { RecentMap } from '../../src/store/recent-map';
import { plainValues } from '../../src/values/policy';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const info = { runId: 'run' } as WorkflowInfo;

function stage() {
  const records: LogRecord[] = [];
  const losses: string[] = [];
  const recorder = {
    record: (record: LogRecord) => records.push(record),
    lose: (kind: string) => losses.push(kind),
  };
  const sink = { fn: () => undefined, callDuringReplay: false };
  const logger = { trace: sink, debug: sink, info: sink, warn: sink, error: sink };
  const parts = {
    recorder: recorder as unknown as Recorder,
    values: plainValues(undefined, createRedactor({})),
    limits: { lines: 2, bytes: 10_000 },
  };
  const given = { defaultWorkerLogger: logger } as unknown as InjectedSinks<LoggerSinks>;
  const { sinks, flush, forget: closed } = listeningLogger(given, { current: () => parts });
  const say = (message: string) => sinks.defaultWorkerLogger.warn.fn(info, message, {});
  const messages = () => records.flatMap(({ lines }) => lines.map(({ message }) => message));
  return { records, losses, say, messages, flush, closed };
}

test('lines after the close of an execution belong to it; then its bound is released', () => {
  const { records, say, messages, flush, closed } = stage();
  for (const message of ['a', 'b', 'c']) say(message);
  closed('run');
  say('how it failed');
  vi.advanceTimersByTime(1_000);
  expect(messages()).toEqual(['a', 'b', 'c', 'how it failed']);
  expect(records.at(-1)?.keep_from).toBeGreaterThan(0);
  say('after a reset of the worker');
  flush();
  expect(messages()).toHaveLength(5);
  expect(records.at(-1)?.keep_from).toBe(0);
  expect(records.at(-1)?.first).toBeGreaterThan(records[0]!.first + 3);
});

test('waiting lines are sent when the execution closes', () => {
  const { say, messages, closed } = stage();
  say('a');
  vi.advanceTimersByTime(150);
  closed('another');
  expect(messages()).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(messages()).toEqual(['a']);
});

test('a fault while the bound is released is counted, and ends nothing', () => {
  const { losses, say, closed } = stage();
  say('a');
  const failing = vi.spyOn(RecentMap.prototype, 'delete').mockImplementation(() => {
    throw new Error('a fault');
  });
  closed('run');
  vi.advanceTimersByTime(1_000);
  failing.mockRestore();
  expect(losses).toEqual(['log']);
});
