/**
 * An execution of very many activities, for tests of what a page reads and draws of it: one in a hundred was tried twice, one in a
 * thousand failed for good, and after each thousand nothing ran for three hours.
 * @module
 */
import type { WriteRecord } from '../../src/store/interface/written';
import { opening, stopping, uidOf } from '../store/runs';

/** The execution. */
export const LONG = {
  namespace: 'default',
  workflow_id: 'long-night',
  run_id: 'e4f1e5d0-1111-4000-8000-000000020000',
};
const BEGIN = 1_790_000_000;
const TYPES = ['acquire', 'reduce', 'train'] as const;
const IDLE_SECONDS = 3 * 3600;

/** Its records; `activities`: how many it has. */
export function longExecutionRecords(activities: number): WriteRecord[] {
  const runs = Array.from({ length: activities }, (_, i) => activityRecords(i));
  return [
    {
      kind: 'execution',
      start: {
        schema_version: 1,
        ...LONG,
        workflow_type: 'longNight',
        start_time: BEGIN,
        task_queue: 'measurements',
        first_execution_run_id: LONG.run_id,
        attempt: 1,
        origin: 'sandbox',
      },
    },
    ...runs.flat(),
    {
      kind: 'execution-close',
      close: {
        schema_version: 1,
        ...LONG,
        close_time: timeOf(activities) + 1,
        status: 'completed',
        origin: 'server',
      },
    },
  ];
}

function timeOf(i: number): number {
  return BEGIN + i * 2 + Math.floor(i / 1000) * IDLE_SECONDS;
}

function activityRecords(i: number): WriteRecord[] {
  const failed = i % 1000 === 500;
  const retried = i % 100 === 7;
  if (!retried) return attemptRecords(i, 1, failed ? 'failed' : 'completed');
  return [...attemptRecords(i, 1, 'superseded'), ...attemptRecords(i, 2, 'completed')];
}

function attemptRecords(
  i: number,
  attempt: number,
  outcome: 'completed' | 'failed' | 'superseded',
): WriteRecord[] {
  const n = 1_000_000 * attempt + i;
  const time = timeOf(i) + 3 * (attempt - 1);
  const error = { type: 'BeamLost', message: `no beam at frame ${i}` };
  return [
    opening({
      n,
      time: time + 0.1,
      fields: { plan_name: 'longNight', operator: 'Ada' },
      temporal: {
        ...LONG,
        workflow_type: 'longNight',
        activity_id: String(i + 1),
        activity_type: TYPES[i % TYPES.length],
        attempt,
        scheduled_time: time,
        args: [{ frame: i, exposure_ms: 20 }],
      },
    }),
    stopping(n, {
      time: time + 1.5,
      exit_status: outcome === 'completed' ? 'success' : 'fail',
      ...(outcome !== 'completed' && { reason: error.message, temporal: { error } }),
    }),
    {
      kind: 'settled',
      document: {
        schema_version: 1,
        run_start: uidOf(n),
        time: time + 1.6,
        outcome,
        evidence: { source: 'workflow' },
      },
    },
  ];
}
