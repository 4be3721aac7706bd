/** Tails of lines, with a recorder that keeps the records or fails. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LogTail, type LogTailLimits } from '../../interceptors/activity/log-tail';
import type { Recorder } from '../../src/record/recorder';
import { createRedactor } from '../../src/redaction/redactor';
import type { LogRecord } from '../../src/store/interface/written';
import { plainValues } from '../../src/values/policy';
import { bytesKept } from '../garbage';

const SECRET = 'registered-secret';
let records: LogRecord[];
let losses: string[];

beforeEach(() => {
  vi.useFakeTimers();
  records = [];
  losses = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function tail(run_start: string | null, more: { limits?: LogTailLimits; record?: () => void } = {}): LogTail {
  const recorder = {
    record: more.record ?? ((record: LogRecord) => records.push(record)),
    lose: (kind: string) => losses.push(kind),
  } as unknown as Recorder;
  const values = plainValues(undefined, createRedactor({ values: [SECRET] }));
  return new LogTail({ run_start, run_id: 'run' }, { recorder, values, limits: more.limits });
}

test('the lines of one execution follow each other, and lines of other executions are kept apart', () => {
  for (let round = 0; round < 2; round++) {
    const lines = tail(null);
    for (let line = 0; line < 3; line++) lines.write('INFO', `round ${round}, line ${line}`);
    lines.flush();
    vi.advanceTimersByTime(1);
  }
  const [first, second] = records;
  expect(second!.first).toBeGreaterThanOrEqual(first!.first + first!.lines.length);
  expect(records.map(({ keep_from }) => keep_from)).toEqual([0, 0]);
});

test('concurrent lines keep their order', () => {
  const [one, other] = [tail(null), tail(null)];
  for (const lines of [one, other, one, other]) {
    lines.write('INFO', 'a line');
    lines.flush();
    vi.advanceTimersByTime(1);
  }
  const numbers = records.map(({ first }) => first);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
});

test('lines of a run are numbered from 0, and are deleted from the store beyond the bound', () => {
  const lines = tail('uid', { limits: { lines: 3, bytes: 65_536 } });
  for (let line = 0; line < 5; line++) {
    lines.write('INFO', `line ${line}`);
    lines.flush();
  }
  expect(records.map(({ first, keep_from }) => [first, keep_from])).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 1],
    [4, 2],
  ]);
});

test('a secret across the end of the kept text is masked first', () => {
  const lines = tail('uid');
  const length = 65_536 / 8;
  for (let cut = 1; cut < SECRET.length; cut++)
    lines.write('INFO', 'x '.repeat(length / 2).slice(cut) + SECRET);
  lines.flush();
  const kept = records.flatMap((record) => record.lines.map(({ message }) => message));
  expect(kept).toHaveLength(SECRET.length - 1);
  for (const message of kept) {
    expect(message.length).toBeLessThanOrEqual(length);
    expect(message).not.toMatch(/ r/);
  }
});

test('a recorder that throws while lines wait is a loss, and nothing else', () => {
  const lines = tail('uid', {
    record: () => {
      throw new Error('planted');
    },
  });
  lines.write('INFO', 'a line');
  expect(() => vi.runAllTimers()).not.toThrow();
  expect(losses).toEqual(['log']);
});

test('a long message is not kept in memory for its beginning', () => {
  const lines = tail('uid');
  const { bytes } = bytesKept(() => {
    for (let line = 0; line < 20; line++) lines.write('INFO', `${line} ${'a word '.repeat(100_000)}`);
  });
  expect(records[0]?.lines).toHaveLength(20);
  expect(bytes).toBeLessThan(2_000_000);
});
