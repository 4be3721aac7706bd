/**
 * Refusals of the world: one for good, one that waits, one of another lab.
 * @module
 */
import type { WriteRecord } from '../../../src/store/interface/written';
import { MORNING } from '../../questions/lineage-kit';
import { uidOf } from '../../store/runs';
import { EXECUTIONS } from './executions';
import { HOSTILE } from './runs';

/** Until then the one that waits is tried again: long after any test. */
const LATER = Date.UTC(2100, 0, 1) / 1000;

function refusal(n: number, at: number, more: { lab?: string; next_time?: number } = {}): WriteRecord {
  const { lab = 'default', next_time } = more;
  const temporal = {
    ...EXECUTIONS.running,
    workflow_type: 'dayScan',
    activity_id: `refused-${n}`,
    activity_type: 'acquire',
    task_queue: 'measurements',
    attempt: 1,
  };
  const document = { fields: { project: HOSTILE }, sources: { project: 'stash' }, temporal, next_time };
  return {
    kind: 'refusal',
    refusal_id: uidOf(8_000 + n),
    time: MORNING + at,
    lab,
    issues: [
      { path: ['operator'], message: 'is required' },
      { path: ['sample', 'name'], message: `is required ${HOSTILE}` },
    ],
    document: JSON.stringify(document),
  };
}

/** All of it. */
export function refusalRecords(): WriteRecord[] {
  return [refusal(1, 102), refusal(2, 104, { next_time: LATER }), refusal(3, 155, { lab: 'north' })];
}
