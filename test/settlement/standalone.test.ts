/** The description of a standalone activity is all that the server keeps of it. */
import { expect, it } from 'vitest';
import { judgeRuns } from '../../src/settlement/judge';
import { standaloneEvidence } from '../../src/settlement/standalone';

const ADDRESS = { namespace: 'lab', activity_id: 'scan', activity_run_id: 'r' };
const T = 1_790_000_000;
const runs = [1, 2].map((attempt) => ({
  uid: `attempt ${attempt}`,
  time: T + attempt,
  scheduled_time: T + attempt,
  activity_id: 'scan',
  attempt,
  is_local: false,
  settled: false,
}));
const lastFailure = { message: 'no beam', applicationFailureInfo: { type: 'NoBeam' } };

function judged(info: object) {
  const look = { kind: 'description' as const, description: { info: { activityId: 'scan', ...info } } };
  return judgeRuns(runs, standaloneEvidence(ADDRESS, look)).map(({ uid, outcome }) => [uid, outcome]);
}

it('settles the last attempt by the status, the one before by the last failure', () => {
  expect(judged({ status: 2, attempt: 2, lastFailure })).toEqual([
    ['attempt 1', 'failed'],
    ['attempt 2', 'completed'],
  ]);
});

it("does not use the last attempt's failure for the attempt before", () => {
  expect(judged({ status: 3, attempt: 2, lastFailure })).toEqual([
    ['attempt 1', 'superseded'],
    ['attempt 2', 'failed'],
  ]);
});

it.each([
  [4, 'canceled'],
  [5, 'canceled'],
  [6, 'timed_out'],
])('status %i is %s', (status, outcome) => {
  expect(judged({ status, attempt: 2 })).toContainEqual(['attempt 2', outcome]);
});

it('does not settle the running attempt', () => {
  expect(judged({ status: 1, attempt: 2, lastFailure })).toEqual([['attempt 1', 'failed']]);
});

it('is lost if the server has deleted it', () => {
  const evidence = standaloneEvidence(ADDRESS, { kind: 'gone', reason: 'history_gone' });
  expect(judgeRuns(runs, evidence).map(({ outcome }) => outcome)).toEqual(['superseded', 'lost']);
});
