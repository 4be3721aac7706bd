import { describe, expect, it } from 'vitest';
import {
  type Scheduled,
  ScheduledActivities,
  withoutSchedule,
} from '../../interceptors/workflow/resolutions';

const ASKED: Scheduled = ['measure', 'instruments', 100];

function ended(seq: number, result: object) {
  return [{ resolveActivity: { seq, result } }];
}

function failed(message: string, more: object = {}) {
  const cause = { message, applicationFailureInfo: { type: 'RangeError' } };
  return { failed: { failure: { cause, activityFailureInfo: { identity: 'instrument-4' }, ...more } } };
}

describe("a workflow's view of an activity's end", () => {
  it("has the activity's type and scheduling", () => {
    const activities = new ScheduledActivities();
    activities.remember(1, undefined, ASKED);
    activities.remember(2, 'mine', ASKED);
    expect(activities.resolve(ended(1, { completed: {} }), 107)).toEqual([
      ['1', 'completed', 107, null, ASKED],
    ]);
    expect(activities.resolve(ended(2, { cancelled: {} }), 108)).toEqual([
      ['mine', 'canceled', 108, null, ASKED],
    ]);
  });

  it('names type and message of a failure, the message shortened', () => {
    const activities = new ScheduledActivities();
    activities.remember(1, undefined, ASKED);
    const [resolution] = activities.resolve(ended(1, failed('x'.repeat(5_000))), 107);
    expect(resolution).toEqual([
      '1',
      'failed',
      107,
      'instrument-4',
      [...ASKED, 'RangeError', 'x'.repeat(200)],
    ]);
    expect(withoutSchedule(resolution!)).toEqual(['1', 'failed', 107, 'instrument-4']);
  });

  it('is reported once, and never for an activity that is retried or was not scheduled here', () => {
    const activities = new ScheduledActivities();
    activities.remember(1, undefined);
    expect(activities.resolve(ended(7, { completed: {} }), 1)).toEqual([]);
    expect(activities.resolve(ended(1, { backoff: {} }), 1)).toEqual([]);
    activities.remember(2, undefined);
    expect(activities.resolve(ended(2, { completed: {} }), 2)).toEqual([['2', 'completed', 2]]);
    expect(activities.resolve(ended(2, { completed: {} }), 3)).toEqual([]);
  });
});
