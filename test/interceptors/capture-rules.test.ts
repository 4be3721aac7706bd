import { expect, test } from 'vitest';
import { loadSince, markLoad } from '../../interceptors/activity/process-load';
import { compileCaptureRules } from '../../src/options/capture-rules';

test('the most specific pattern wins', () => {
  const decide = compileCaptureRules({
    'poll*': false,
    pollOnce: true,
    '*Email': { scanId: false },
    'poll.slow*': { scanId: true },
  });
  expect(decide('pollMany').record).toBe(false);
  expect(decide('pollOnce')).toEqual({ record: true, numbered: true });
  expect(decide('sendEmail')).toEqual({ record: true, numbered: false });
  expect(decide('poll.slowly').record).toBe(true);
  expect(decide('pollXslowly').record).toBe(false);
  expect(decide('acquire')).toEqual({ record: true, numbered: true });
});

test('the load of a run counts the concurrent runs', () => {
  const first = markLoad();
  const second = markLoad();
  const third = markLoad();
  expect(loadSince(third).concurrent_runs).toBe(3);
  expect(loadSince(second).concurrent_runs).toBe(3);
  const late = markLoad();
  expect(loadSince(late).concurrent_runs).toBe(2);
  expect(loadSince(first).concurrent_runs).toBe(3);
  const alone = markLoad();
  const load = loadSince(alone);
  expect(load.concurrent_runs).toBe(1);
  expect(load.duration_ms).toBeGreaterThanOrEqual(0);
  expect(load.max_rss_bytes).toBeGreaterThan(1_000_000);
});
