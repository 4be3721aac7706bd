/**
 * A pipeline that failed in its third attempt at training, with a child, decisions, a log and the chain it belongs to: records for
 * tests of what `show` tells of an execution.
 * @module
 */
import type { ExecutionStart } from '../../src/model/execution';
import type { OpenRecord, WriteRecord } from '../../src/store/interface/written';
import { opening, stopping, uidOf } from '../store/runs';
import { laboratoryRecords, MORNING } from './laboratory';

const NIGHT = MORNING + 50_000;
export const FAILED = {
  namespace: 'default',
  workflow_id: 'night-scan-0042',
  run_id: 'c4f1e5d0-1111-4000-8000-000000000042',
};
export const BEFORE = { ...FAILED, run_id: 'b4f1e5d0-1111-4000-8000-000000000041' };
export const CHILD = {
  namespace: 'default',
  workflow_id: 'night-scan-0042/model',
  run_id: 'd4f1e5d0-1111-4000-8000-000000000043',
};
const error = {
  type: 'ModelError',
  message: 'singular matrix: 3 of 12 frames are dark',
  stack:
    'ModelError: singular matrix\n    at fit (/srv/pipeline/model.ts:41:7)\n    at train (/srv/pipeline/train.ts:12:3)',
  non_retryable: true,
  cause: { type: 'RangeError', message: 'only 3 points' },
};

function starting(address: typeof FAILED, more: Partial<ExecutionStart> = {}): WriteRecord {
  return {
    kind: 'execution',
    start: {
      schema_version: 1,
      ...address,
      workflow_type: 'nightScan',
      start_time: NIGHT,
      task_queue: 'measurements',
      first_execution_run_id: BEFORE.run_id,
      attempt: 1,
      args: [{ frames: 12 }],
      memo: { purpose: 'calibration', tags: ['night', 'gold'] },
      search_attributes: { Beamline: ['7'] },
      build_id: '1.4.2',
      origin: 'sandbox',
      ...more,
    },
  };
}

function run(n: number, at: number, type: string, address = FAILED, attempt = 1, id = String(n)): OpenRecord {
  return opening({
    n,
    time: NIGHT + at,
    environment: `sha256:${'ab'.repeat(32)}`,
    session: 'session-1',
    fields: { plan_name: 'nightScan', operator: 'Ada', sample: { name: 'Au foil' }, purpose: type },
    sources: { plan_name: 'inferred', operator: 'user', sample: 'stash', purpose: 'plan' },
    temporal: {
      ...address,
      workflow_type: 'nightScan',
      activity_id: id,
      activity_type: type,
      attempt,
      args: ['detector-2', { frames: 12 }],
      worker: { host: 'beamline-7', identity: '4711@beamline-7', build_id: '1.4.2' },
    },
    provenance:
      type === 'train'
        ? { predecessors: [{ run_id: FAILED.run_id, activity_id: '101', uid: uidOf(101) }] }
        : {},
  });
}

/** All of it, after {@link laboratoryRecords}. */
export function failedExecutionRecords(): WriteRecord[] {
  const attempts = [103, 104, 105].flatMap((n, i): WriteRecord[] => [
    run(n, 5 + 5 * i, 'train', CHILD, i + 1, '1'),
    stopping(n, {
      time: NIGHT + 7 + 5 * i,
      exit_status: 'fail',
      reason: error.message,
      temporal: { error: i < 2 ? { type: 'Error', message: 'connection reset' } : error },
    }),
  ]);
  return [
    ...laboratoryRecords(),
    starting(BEFORE, { start_time: NIGHT - 3600 }),
    {
      kind: 'execution-close',
      close: {
        schema_version: 1,
        ...BEFORE,
        close_time: NIGHT,
        status: 'continued_as_new',
        continued_as: 'nightScan',
        origin: 'sandbox',
      },
    },
    starting(FAILED, { continued_from: BEFORE.run_id, schedule_id: 'nightly' }),
    run(101, 1, 'acquire'),
    stopping(101, { time: NIGHT + 4 }),
    starting(CHILD, {
      workflow_type: 'model',
      start_time: NIGHT + 4,
      first_execution_run_id: CHILD.run_id,
      parent: FAILED,
      root: FAILED,
    }),
    ...attempts,
    {
      kind: 'checkpoint',
      checkpoint: {
        schema_version: 1,
        checkpoint_id: uidOf(900),
        run_start: uidOf(105),
        index: 0,
        start_time: NIGHT + 15,
        stop_time: NIGHT + 16,
        details: [{ epoch: 1 }],
      },
    },
    {
      kind: 'checkpoint',
      checkpoint: {
        schema_version: 1,
        checkpoint_id: uidOf(901),
        run_start: uidOf(105),
        index: 1,
        start_time: NIGHT + 16,
        stop_time: NIGHT + 16.5,
        details: [{ epoch: 2 }],
        t_start_ms: 0,
        t_stop_ms: 40,
      },
    },
    {
      kind: 'log',
      run_start: uidOf(105),
      run_id: CHILD.run_id,
      first: 0,
      keep_from: 0,
      lines: [
        { time: NIGHT + 15.1, level: 'INFO', message: 'reading 12 frames' },
        {
          time: NIGHT + 15.9,
          level: 'WARN',
          message: 'frames 4, 7, 9 are dark\u001b[2J',
          attributes: { exposure_ms: 20 },
        },
      ],
    },
    {
      kind: 'log',
      run_start: null,
      run_id: FAILED.run_id,
      first: 0,
      keep_from: 0,
      lines: [{ time: NIGHT + 4.5, level: 'INFO', message: 'training starts' }],
    },
    {
      kind: 'decision',
      decision: {
        ...FAILED,
        kind: 'signal',
        ordinal: 1,
        name: 'resume',
        time: NIGHT + 2,
        identity: 'ada@beamline-7',
        origin: 'history',
      },
    },
    {
      kind: 'decision',
      decision: {
        ...FAILED,
        kind: 'update',
        ordinal: 1,
        name: 'setExposure',
        time: NIGHT + 3,
        origin: 'sandbox',
      },
    },
    {
      kind: 'execution-close',
      close: {
        schema_version: 1,
        ...CHILD,
        close_time: NIGHT + 18,
        status: 'failed',
        error: { type: 'ActivityFailure', message: 'Activity task failed', cause: error },
        origin: 'server',
      },
    },
    {
      kind: 'execution-close',
      close: {
        schema_version: 1,
        ...FAILED,
        close_time: NIGHT + 19,
        status: 'failed',
        error: { type: 'ChildWorkflowFailure', message: 'Child Workflow execution failed', cause: error },
        origin: 'server',
      },
    },
  ];
}
