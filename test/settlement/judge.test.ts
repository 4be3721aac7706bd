/** The rule that gives runs Temporal's outcome, case by case. */
import { describe, expect, it } from 'vitest';
import { type ExecutionEvidence, judgeRuns } from '../../src/settlement/judge';
import type { KnownRun } from '../../src/store/interface/settling';
import type { ActivityHistory, Failure } from '../../src/temporal/activity-history';

const T = 1_790_000_000;

function run(uid: string, at: number, more: Partial<KnownRun> = {}): KnownRun {
  const time = T + at;
  return {
    uid,
    time,
    scheduled_time: time,
    activity_id: 'a',
    attempt: 1,
    is_local: false,
    settled: false,
    ...more,
  };
}

function ended(attempt: number, more: Partial<ActivityHistory> = {}): ActivityHistory {
  return {
    activity_id: 'a',
    activity_type: 'measure',
    is_local: false,
    scheduled_time: T,
    scheduled_event_id: 5,
    attempt,
    end: { outcome: 'completed', time: T + 9, event_id: 7 },
    ...more,
  };
}

function evidence(activities: ActivityHistory[], more: Partial<ExecutionEvidence> = {}): ExecutionEvidence {
  return {
    source: 'history',
    run_id: 'r',
    activities: new Map(activities.length > 0 ? [['a', activities]] : []),
    pending: new Map(),
    closed: { status: 'completed' },
    ...more,
  };
}

const failure = (type: string): Failure => ({ message: 'as told', applicationFailureInfo: { type } });
const timeout: Failure = { message: 'too long', timeoutFailureInfo: {} };
const pending = (attempt: number, last_failure?: Failure): Partial<ExecutionEvidence> => ({
  closed: undefined,
  pending: new Map([['a', { attempt, last_failure }]]),
});

/** Outcome and reason by uid; `null`: no judgement. */
type Told = { [uid: string]: [outcome: string, reason?: string] };
type Case = [name: string, runs: KnownRun[], evidence: ExecutionEvidence, told: Told];

const CASES: Case[] = [
  ['the last attempt has the outcome of the end', [run('x', 0)], evidence([ended(1)]), { x: ['completed'] }],
  [
    'the one before the last has the failure that the server kept, those before are superseded',
    [run('x', 0), run('y', 1, { attempt: 2 }), run('z', 2, { attempt: 3 })],
    evidence([ended(3, { last_failure: timeout })]),
    { x: ['superseded', 'later_attempt'], y: ['timed_out', 'later_attempt'], z: ['completed'] },
  ],
  [
    'a run taken in late, of an attempt before one that is settled, is superseded',
    [run('late', 0), run('x', 1, { settled: true })],
    evidence([ended(1)]),
    { late: ['superseded', 'later_attempt'] },
  ],
  [
    'of a local activity that was done again the last to open counts, settled or not',
    [
      run('again', 5, { is_local: true, scheduled_time: T, settled: true }),
      run('first', 0, { is_local: true }),
    ],
    evidence([ended(1, { is_local: true })]),
    { first: ['superseded', 'later_attempt'] },
  ],
  [
    'a local activity that another worker did again',
    [run('first', 0, { is_local: true, worker_identity: 'killed@a' })],
    evidence([ended(1, { is_local: true, worker_identity: 'other@b' })]),
    { first: ['superseded', 'another_worker'] },
  ],
  [
    'a local activity that a slow worker did again after the one that completed its workflow task',
    [
      run('in time', 1, { is_local: true, worker_identity: 'quick@b' }),
      run('too late', 2, { is_local: true, worker_identity: 'slow@a' }),
    ],
    evidence([ended(1, { is_local: true, worker_identity: 'quick@b' })]),
    { 'in time': ['completed'], 'too late': ['superseded', 'another_worker'] },
  ],
  [
    'of a local activity on two workers nothing is said while its workflow task is not done',
    [
      run('one', 1, { is_local: true, worker_identity: 'quick@b' }),
      run('two', 2, { is_local: true, worker_identity: 'slow@a' }),
    ],
    evidence([], { closed: undefined }),
    {},
  ],
  [
    'of a local activity on two workers nobody knows which one counted once the history is gone',
    [
      run('one', 1, { is_local: true, worker_identity: 'quick@b' }),
      run('two', 2, { is_local: true, worker_identity: 'slow@a' }),
    ],
    evidence([], { source: 'gone', closed: undefined }),
    { one: ['lost', 'history_gone'], two: ['lost', 'history_gone'] },
  ],
  [
    'runs of an activity id that may have been used twice are not taken for attempts of one activity',
    [run('one', 0), run('two', 20), run('two again', 21, { attempt: 2 })],
    evidence([], { source: 'gone', closed: undefined }),
    {
      one: ['lost', 'history_gone'],
      two: ['superseded', 'later_attempt'],
      'two again': ['lost', 'history_gone'],
    },
  ],
  [
    'nor while the server cannot be asked',
    [run('one', 0), run('two', 20)],
    evidence([], { closed: undefined }),
    {},
  ],
  [
    'after a reset, the first era is not given the outcome of a second that ran on another worker',
    [run('era 1', 0, { worker_identity: 'one@a' })],
    evidence([ended(1, { worker_identity: 'two@b', started_time: T + 1 })]),
    { 'era 1': ['superseded', 'another_worker'] },
  ],
  [
    'nor of one that started much later on the same worker',
    [run('era 1', 0, { worker_identity: 'one@a' })],
    evidence([ended(1, { worker_identity: 'one@a', started_time: T + 60 })]),
    { 'era 1': ['superseded', 'another_start'] },
  ],
  [
    'a worker whose clock is behind keeps its runs',
    [run('x', -120, { scheduled_time: T })],
    evidence([ended(1, { started_time: T + 1 })]),
    { x: ['completed'] },
  ],
  [
    'the server schedules: a run is in its place although its worker has another clock',
    [run('second', -100, { scheduled_time: T + 5, attempt: 2 }), run('first', 0)],
    evidence([ended(2)]),
    { first: ['superseded', 'later_attempt'], second: ['completed'] },
  ],
  [
    'attempts that counted on before a reset',
    [run('x', 0, { attempt: 3 })],
    evidence([ended(1)]),
    { x: ['superseded', 'attempts_were_reset'] },
  ],
  [
    'an activity id that the workflow used twice',
    [run('one', 0), run('two', 20)],
    evidence([
      ended(1, { end: { outcome: 'failed', time: T + 1, event_id: 7 } }),
      ended(1, { scheduled_time: T + 20, scheduled_event_id: 11 }),
    ]),
    { one: ['failed'], two: ['completed'] },
  ],
  ...(
    [
      ['ActivityPause', 'activity_paused'],
      ['ActivityReset', 'activity_reset'],
      ['WorkerShutdown', 'worker_shutdown'],
    ] as const
  ).map(
    ([type, reason]): Case => [
      `an attempt that ended by ${type} did not fail`,
      [run('x', 0)],
      evidence([], pending(2, failure(type))),
      { x: ['superseded', reason] },
    ],
  ),
  [
    'an attempt that failed while the next waits, its own record there already or not',
    [run('x', 0), run('y', 1, { attempt: 2 })],
    evidence([], pending(2, failure('TypeError'))),
    { x: ['failed', 'later_attempt'] },
  ],
  ['what is under way is left alone', [run('x', 0)], evidence([], pending(1)), {}],
  [
    'an execution that closed first took no result',
    [run('x', 0)],
    evidence([]),
    { x: ['canceled', 'execution_closed_first'] },
  ],
  [
    'what the server has forgotten is lost',
    [run('x', 0), run('y', 1, { attempt: 2 })],
    evidence([], { source: 'gone', closed: undefined }),
    { x: ['superseded', 'later_attempt'], y: ['lost', 'history_gone'] },
  ],
  ['a settled run is not judged again', [run('x', 0, { settled: true })], evidence([ended(1)]), {}],
];

describe('a run', () => {
  it.each(CASES)('%s', (_name, runs, of, told) => {
    const judged = judgeRuns(runs, of).map(({ uid, outcome, evidence: { reason } }) => [
      uid,
      reason === undefined ? [outcome] : [outcome, reason],
    ]);
    expect(Object.fromEntries(judged)).toEqual(told);
  });
});
