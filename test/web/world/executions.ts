/**
 * Executions of the world: completed with a child, running, terminated, encrypted, of another lab.
 * @module
 */
import type { Decision } from '../../../src/model/decision';
import type { ExecutionClose, ExecutionStart } from '../../../src/model/execution';
import type { WriteRecord } from '../../../src/store/interface/written';
import { FAILED } from '../../cli/failed-execution';
import { MORNING } from '../../questions/lineage-kit';

const address = (workflow_id: string, digit: string) => ({
  namespace: 'default',
  workflow_id,
  run_id: `${digit.repeat(8)}-2222-4000-8000-000000000001`,
});

const COMPLETED = address('day-scan-7', 'a');
const CHILD = address('day-scan-7/model', 'b');
const RUNNING = address('long-scan-8 <i>', 'c');
const TERMINATED = address('stopped-scan-9', 'd');
const SECRET = address('encrypted-scan-10', 'e');
const NORTH = address('north-scan-1', 'f');

/** Addresses by what they are. `failed`: that of `cli/failed-execution`. */
export const EXECUTIONS = {
  completed: COMPLETED,
  child: CHILD,
  running: RUNNING,
  terminated: TERMINATED,
  encrypted: SECRET,
  north: NORTH,
  failed: FAILED,
} as const;

function starting(of: typeof COMPLETED, at: number, more: Partial<ExecutionStart> = {}): WriteRecord {
  return {
    kind: 'execution',
    start: {
      schema_version: 1,
      ...of,
      workflow_type: 'dayScan',
      start_time: MORNING + at,
      task_queue: 'measurements',
      first_execution_run_id: of.run_id,
      attempt: 1,
      args: [{ frames: 12, note: 'שלום <b>🙂</b>' }],
      memo: { purpose: 'calibration' },
      search_attributes: { Beamline: ['7'] },
      build_id: '1.4.2',
      origin: 'sandbox',
      ...more,
    },
  };
}

function closing(of: typeof COMPLETED, at: number, more: Partial<ExecutionClose>): WriteRecord {
  const close: ExecutionClose = {
    schema_version: 1,
    ...of,
    close_time: MORNING + at,
    status: 'completed',
    origin: 'server',
    ...more,
  };
  return { kind: 'execution-close', close };
}

function decided(kind: Decision['kind'], ordinal: number, more: Partial<Decision>): WriteRecord {
  return {
    kind: 'decision',
    decision: { ...COMPLETED, kind, ordinal, time: MORNING + 20 + ordinal, origin: 'history', ...more },
  };
}

/** All of it. */
export function executionRecords(): WriteRecord[] {
  return [
    starting(COMPLETED, 0, { schedule_id: 'daily' }),
    starting(CHILD, 30, { workflow_type: 'model', parent: COMPLETED, root: COMPLETED }),
    closing(CHILD, 60, { result: [{ rmse: 0.684 }] }),
    closing(COMPLETED, 90, { result: [{ report: '/data/day-7/report.html' }] }),
    starting(RUNNING, 100),
    starting(TERMINATED, 110),
    closing(TERMINATED, 120, { status: 'terminated' }),
    starting(SECRET, 130, {
      args: [{ digest: `hmac-sha256:${'5e'.repeat(32)}`, size_bytes: 812, type: 'object' }],
    }),
    closing(SECRET, 140, {
      status: 'failed',
      error: { type: 'Error', message: `hmac-sha256:${'6f'.repeat(32)}` },
    }),
    starting(NORTH, 150, { task_queue: 'north' }),
    closing(NORTH, 160, {}),
    decided('signal', 1, { name: 'approve', identity: 'ada@control-room' }),
    decided('update', 1, { name: 'setExposure <u>', origin: 'sandbox' }),
    decided('cancel', 1, { ...TERMINATED, reason: 'beam lost' }),
    decided('terminate', 1, { ...TERMINATED, identity: 'bob@desk', reason: 'wrong sample \u202Egnp.exe' }),
    {
      kind: 'log',
      run_start: null,
      run_id: COMPLETED.run_id,
      first: 0,
      keep_from: 0,
      lines: [{ time: MORNING + 1, level: 'INFO', message: 'The day begins.' }],
    },
  ];
}
